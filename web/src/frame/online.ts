/** Whether the device has a line at all, as far as the browser knows. */
import { ref } from "vue";

/** False as soon as the browser says so; true is no promise that the server can be reached. */
export const isOnline = ref(navigator.onLine);

addEventListener("online", () => (isOnline.value = true));
addEventListener("offline", () => (isOnline.value = false));
