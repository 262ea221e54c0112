//! Who acts, at which server, with what from this computer: arguments that most subcommands share.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::client::{Client, ClientError, Home, Signatory};

/// The person and the server.
#[derive(Debug, Clone, Args)]
pub struct Account {
    /// 服务器地址 · The server's address
    #[arg(long, env = "KAIBIAO_SERVER", value_name = "URL")]
    pub server: Option<String>,
    /// 自签证书的根证书（PEM）· Root certificate of a server with a certificate of its own
    #[arg(long, env = "KAIBIAO_CA", value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// 登录名 · Name at sign-in
    #[arg(long, env = "KAIBIAO_LOGIN")]
    pub login: Option<String>,
    /// 密码所在文件；不给则从标准输入读一行 · File with the password; without it one line of standard input is read
    #[arg(long, env = "KAIBIAO_PASSWORD_FILE", value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// 存放签名密钥与日志记忆的目录 · Folder of the signing key and of what is remembered of the log
    #[arg(long, env = "KAIBIAO_HOME", value_name = "FOLDER", default_value_os_t = default_home())]
    pub home: PathBuf,
    /// 接受已公告更换的日志密钥 · Take over keys of the log that differ from those of first use
    #[arg(long)]
    pub trust_new_keys: bool,
    /// 输出一行 JSON · Print one line of JSON
    #[arg(long = "json")]
    pub is_json: bool,
}

impl Account {
    /// The person's folder.
    pub fn home(&self) -> Home {
        Home::new(&self.home)
    }

    /// A connection without a session.
    pub fn connect(&self) -> Result<Client, ClientError> {
        let server = self.server.as_deref().ok_or_else(|| ClientError::Usage("--server".into()))?;
        Client::connect(server, self.ca.clone())
    }

    /// A connection, signed in if a login is given.
    pub async fn reader(&self) -> Result<Client, ClientError> {
        let client = self.connect()?;
        if let Some(login) = &self.login {
            client.sign_in(login, &self.password()?).await?;
        }
        Ok(client)
    }

    /// A connection of a person who can act.
    pub async fn signatory(&self) -> Result<Signatory, ClientError> {
        if self.login.is_none() {
            return Err(ClientError::Usage("--login".into()));
        }
        Signatory::open(self.reader().await?, &self.home(), self.trust_new_keys).await
    }

    /// Never an argument: arguments of a process are read by everybody at this computer.
    fn password(&self) -> Result<String, ClientError> {
        let text = match &self.password_file {
            Some(path) => std::fs::read_to_string(path).map_err(|error| ClientError::file(path, error))?,
            None => first_line()?,
        };
        Ok(text.trim_end_matches(['\r', '\n']).to_owned())
    }
}

fn first_line() -> Result<String, ClientError> {
    let mut line = String::new();
    eprintln!("密码 Password:");
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| ClientError::file(Path::new("standard input"), error))?;
    Ok(line)
}

/// `.kaibiao` in the person's own folder, or here if there is none.
pub(super) fn default_home() -> PathBuf {
    std::env::home_dir().unwrap_or_default().join(".kaibiao")
}
