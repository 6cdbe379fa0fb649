//! Mail as files: for development, for tests, and for a shop that has no mail server yet.

use std::path::{Path, PathBuf};

use crate::usecase::{BoxFuture, MailJob, Mailer, Sent};

use super::MailIdentity;

/// Writes each mail to `<folder>/<mail id>.eml`.
#[derive(Debug, Clone)]
pub struct FileMailer {
    identity: MailIdentity,
    folder: PathBuf,
}

impl FileMailer {
    pub fn new(folder: impl Into<PathBuf>, identity: MailIdentity) -> Self {
        Self { identity, folder: folder.into() }
    }

    /// Under another name first: whoever watches the folder never sees half a mail.
    async fn write_file(&self, name: &str, message: &[u8]) -> std::io::Result<()> {
        tokio::fs::create_dir_all(&self.folder).await?;
        let draft = self.folder.join(format!("{name}.part"));
        tokio::fs::write(&draft, message).await?;
        tokio::fs::rename(&draft, self.path(name)).await
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(&self.folder).join(format!("{name}.eml"))
    }
}

impl Mailer for FileMailer {
    fn send(&self, job: MailJob) -> BoxFuture<'_, Sent> {
        Box::pin(async move {
            let message = match self.identity.write(&job) {
                Ok(message) => message,
                Err(cause) => return Sent::Never(format!("{cause:#}")),
            };
            match self.write_file(&job.id.to_string(), &message.formatted()).await {
                Ok(()) => Sent::Accepted,
                Err(cause) => Sent::NotNow(format!("{}: {cause}", self.folder.display())),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{identity, job};
    use super::*;

    #[tokio::test]
    async fn a_file_is_whole_or_not_there() {
        let folder = std::env::temp_dir().join(format!("mail-{}", std::process::id()));
        let sent = FileMailer::new(&folder, identity()).send(job("ada@example.org")).await;
        assert_eq!(sent, Sent::Accepted);
        let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name()).collect();
        assert_eq!(names, ["00000000-0000-0000-0000-000000000007.eml"]);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
