/** The code that `call` is refused with; null if it is not. */
export function codeOf(call) {
  try {
    call()
    return null
  } catch (error) {
    if (!error.code) throw error
    return error.code
  }
}
