//! A database and a folder of files for one test.

use std::path::PathBuf;

use kaibiao::files::Files;
use kaibiao::files::upload::Uploads;
use kaibiao::limits::UploadLimits;
use kaibiao::store::Database;

use crate::folder::Folder;
use crate::postgres;

/// What a test works on.
pub struct House {
    /// The address of the database.
    pub url: String,
    /// The database, up to date.
    pub database: Database,
    /// Where the files are.
    pub root: PathBuf,
    _folder: Folder,
}

impl House {
    pub async fn on_sqlite() -> Self {
        let folder = Folder::new();
        let url = format!("sqlite://{}", folder.path().join("house.db").display());
        Self::open(url, folder).await
    }

    pub async fn on_postgres() -> Self {
        Self::open(postgres::new_database(), Folder::new()).await
    }

    async fn open(url: String, folder: Folder) -> Self {
        let database = Database::open(&url).await.expect("the database opens");
        database.migrate().await.expect("the schema is made");
        Self { url, database, root: folder.path().join("files"), _folder: folder }
    }

    /// The files.
    pub fn files(&self) -> Files {
        Files::open(&self.root).expect("the folder of files opens")
    }

    /// The uploads, with the limits of production.
    pub fn uploads(&self) -> Uploads {
        self.uploads_within(UploadLimits::default())
    }

    /// The uploads, with other limits.
    pub fn uploads_within(&self, limits: UploadLimits) -> Uploads {
        Uploads::new(self.files(), self.database.clone(), limits)
    }
}

/// Runs each named test on both databases.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::house::House::on_sqlite().await).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::house::House::on_postgres().await).await;
            })+
        }
    };
}
