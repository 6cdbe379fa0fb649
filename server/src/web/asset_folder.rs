//! The folder in which every release leaves its code and styles for the tabs that are still open when the next one runs,
//! and from which they go when no tab is that old any more. Their names carry hashes, so releases do not clash.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::embedded::Embedded;

/// How long files stay after the last start that needed them. A tab may stay open as long.
const KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// Names the files of whoever started last. They may be old and were in use until now.
const IN_USE: &str = ".in-use";

/// Leaves this release's files in the folder, if there is one, and removes those that nobody has needed for long.
pub(super) fn leave_for_the_next_release(embedded: Embedded, folder: &str, now: SystemTime) -> io::Result<()> {
    let pkg = Path::new(folder).join("pkg");
    if !Path::new(folder).is_dir() {
        return Ok(());
    }
    fs::create_dir_all(&pkg)?;
    let mut ours = Vec::new();
    for file in embedded.0 {
        let Some(name) = file.address.strip_prefix("/pkg/").filter(|name| !name.contains('/')) else { continue };
        leave(&pkg, name, || file.plain())?;
        ours.push(name.to_owned());
        for (ending, content) in [(".br", file.brotli), (".gz", file.gzip)] {
            let Some(content) = content else { continue };
            let name = format!("{name}{ending}");
            leave(&pkg, &name, || Ok(Bytes::from_static(content)))?;
            ours.push(name);
        }
    }
    renew(&pkg, read_list(&pkg)?.lines().chain(ours.iter().map(String::as_str)), now)?;
    remove_old(&pkg, now)?;
    write_whole(&pkg, IN_USE, ours.join("\n").as_bytes())
}

/// Leaves what does not lie there yet.
fn leave(pkg: &Path, name: &str, content: impl FnOnce() -> io::Result<Bytes>) -> io::Result<()> {
    if pkg.join(name).exists() { Ok(()) } else { write_whole(pkg, name, &content()?) }
}

/// Whole or not at all: another process may be answering from here.
fn write_whole(pkg: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let unfinished = pkg.join(format!(".{name}.{}", std::process::id()));
    fs::write(&unfinished, content)?;
    fs::rename(&unfinished, pkg.join(name))
}

fn read_list(pkg: &Path) -> io::Result<String> {
    match fs::read_to_string(pkg.join(IN_USE)) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(String::new()),
        read => read,
    }
}

/// A file's time is that of the last start at which it was still in use.
fn renew<'a>(pkg: &Path, names: impl Iterator<Item = &'a str>, now: SystemTime) -> io::Result<()> {
    for name in names.filter(|name| !name.contains('/')) {
        unless_gone(File::options().append(true).open(pkg.join(name)).and_then(|file| file.set_modified(now)))?;
    }
    Ok(())
}

fn remove_old(pkg: &Path, now: SystemTime) -> io::Result<()> {
    for entry in fs::read_dir(pkg)? {
        let path = entry?.path();
        // A clock that went back makes nothing old.
        let age = |modified: SystemTime| now.duration_since(modified).unwrap_or(Duration::ZERO);
        let is_old = fs::metadata(&path).and_then(|about| Ok(about.is_file() && age(about.modified()?) > KEPT));
        match is_old {
            Ok(true) => unless_gone(fs::remove_file(&path))?,
            Ok(false) => {}
            Err(cause) => unless_gone(Err(cause))?,
        }
    }
    Ok(())
}

/// Another process that starts at this moment may have been faster.
fn unless_gone(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::super::embedded::File as Asset;
    use super::*;

    const fn styles(address: &'static str) -> Asset {
        Asset { address, etag: "\"1\"", plain: Some(b"plain"), brotli: Some(b"br"), gzip: None }
    }

    static FIRST: [Asset; 2] = [styles("/pkg/shop.both.css"), styles("/pkg/shop.first.css")];
    static SECOND: [Asset; 2] = [styles("/pkg/shop.both.css"), styles("/pkg/shop.second.css")];
    static THIRD: [Asset; 1] = [styles("/pkg/shop.third.css")];

    fn files(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder.join("pkg")).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name.ends_with(".css") || name.ends_with(".br"));
        names.sort();
        names
    }

    fn both(names: &[&str]) -> Vec<String> {
        names.iter().flat_map(|name| [format!("shop.{name}.css"), format!("shop.{name}.css.br")]).collect()
    }

    #[test]
    fn files_stay_for_90_days_after_another_release_took_their_place() {
        let folder = std::env::temp_dir().join(format!("asset-folder-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let day = |n: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(n * 24 * 60 * 60);
        let start = |release: &'static [Asset], n| {
            leave_for_the_next_release(Embedded(release), folder.to_str().unwrap(), day(n)).unwrap();
            files(&folder)
        };
        assert_eq!(start(&FIRST, 1000), both(&["both", "first"]));
        // It ran for two hundred days and was never started again: its tabs may be of today.
        assert_eq!(start(&SECOND, 1200), both(&["both", "first", "second"]));
        assert_eq!(start(&SECOND, 1290), both(&["both", "first", "second"]));
        assert_eq!(start(&SECOND, 1291), both(&["both", "second"]), "what is in use stays, however old");
        assert_eq!(start(&THIRD, 1300), both(&["both", "second", "third"]));
        assert_eq!(start(&THIRD, 1400), both(&["third"]));
        fs::remove_dir_all(folder).unwrap();
    }
}
