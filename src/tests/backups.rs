//! `scripts/backup`: what it tells PostgreSQL, and what it keeps of what it was given, in a folder and in a bucket.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::architecture::root;
use crate::s3_server::S3Server;

/// A folder of one test's own.
fn place(name: &str) -> PathBuf {
    let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    fs::create_dir_all(&place).unwrap();
    place
}

/// Runs bash there to its end, which is well.
fn bash_in(place: &Path, arguments: &[&str]) {
    let output = Command::new("bash").args(arguments).current_dir(place).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn wal_that_cannot_be_read_is_not_the_end_of_a_backup() {
    let place = place("backups");
    let backup = |arguments: &[&str]| {
        let script = root().join("scripts/backup");
        Command::new("bash").arg(script).args(arguments).current_dir(&place).output().unwrap().status.code()
    };
    fs::write(place.join("piece"), "what was written").unwrap();
    assert_eq!(backup(&["keep", ".", "piece", "0001"]), Some(0));
    assert_eq!(backup(&["fetch", ".", "0001", "back"]), Some(0));
    assert_eq!(fs::read_to_string(place.join("back")).unwrap(), "what was written");
    // At 1 PostgreSQL opens with what it has; at more than 125 it stops.
    assert_eq!(backup(&["fetch", ".", "0002", "back"]), Some(1), "there is no more");
    fs::write(place.join("wal/0001.gz"), "half of it").unwrap();
    assert_eq!(backup(&["fetch", ".", "0001", "back"]), Some(126), "it is spoilt");
    fs::remove_dir_all(place.join("wal")).unwrap();
    assert_eq!(backup(&["fetch", ".", "0001", "back"]), Some(126), "the folder is not there");
    fs::remove_dir_all(&place).unwrap();
}

/// The account that makes backups is in the group of the shop's.
#[test]
fn pictures_that_are_restored_can_be_backed_up_again() {
    let place = place("pictures");
    let kept = "umask 077; mkdir -p media/ab && echo mug >media/ab/mug.webp";
    let script = root().join("scripts/backup").display().to_string();
    bash_in(&place, &["-euc", kept]);
    bash_in(&place, &[script.as_str(), "pictures", ".", "back"]);
    for (name, rights) in [("back", 0o750), ("back/ab", 0o750), ("back/ab/mug.webp", 0o640)] {
        let mode = fs::metadata(place.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, rights, "{name}");
    }
    fs::remove_dir_all(&place).unwrap();
}

/// A backup without a database in it, in a folder of backups.
const EMPTY_BACKUP: &str = "mkdir -p wal base/2026-01-01T00:00:00Z pg_wal; cd base/2026-01-01T00:00:00Z; echo 1 >ended
    tar --create --gzip --file base.tar.gz --directory ../.. pg_wal
    tar --create --gzip --file pg_wal.tar.gz --files-from /dev/null";

#[test]
fn a_copy_that_is_restored_on_trial_keeps_nothing_among_the_backups_and_none_keeps_its_moment() {
    let place = place("trial");
    let run = |arguments: &[&str]| bash_in(&place, arguments);
    run(&["-euc", EMPTY_BACKUP]);
    let script = root().join("scripts/backup").display().to_string();
    for (verb, is_kept) in [("restore", true), ("try", false)] {
        run(&[script.as_str(), verb, ".", "latest", verb]);
        let settings = fs::read_to_string(place.join(verb).join("postgresql.auto.conf")).unwrap();
        assert!(settings.contains("restore_command"), "{settings}");
        assert_eq!(!settings.ends_with("archive_mode = 'off'\n"), is_kept, "{verb}: {settings}");
        // What PostgreSQL runs once it is there. A standby that is made of it later would end where that moment was.
        let end = settings.lines().find_map(|line| line.strip_prefix("recovery_end_command = '")?.strip_suffix('\''));
        run(&["-euc", &format!("cd {verb} && {}", end.unwrap())]);
        let left = fs::read_to_string(place.join(verb).join("postgresql.auto.conf")).unwrap();
        assert_eq!(left, if is_kept { "" } else { "archive_mode = 'off'\n" }, "{verb}");
    }
    fs::remove_dir_all(&place).unwrap();
}

/// Restored to 2020 in the middle of that year, and to 2021 now: what PostgreSQL says of where its timelines begin.
const TIMELINES: [(&str, &str); 2] = [
    ("00000002.history", "1\t0/40D76B8\tbefore 2020-01-01 00:00:00.5+00\n"),
    (
        "00000003.history",
        "1\t0/40D76B8\tbefore 2020-01-01 00:00:00.5+00\n\n2\t0/50D76B8\tbefore 2021-01-01 02:00:00+02\n",
    ),
];

/// Whoever has restored to a moment that is too early asks for a later one: that is not what has become of the first.
#[test]
fn a_moment_that_a_restore_has_left_out_is_of_the_timeline_before() {
    let place = place("timelines");
    let run = |arguments: &[&str]| bash_in(&place, arguments);
    run(&["-euc", EMPTY_BACKUP]);
    let script = root().join("scripts/backup").display().to_string();
    for (name, says) in TIMELINES {
        fs::write(place.join("history"), says).unwrap();
        run(&[script.as_str(), "keep", ".", "history", name]);
    }
    fs::write(place.join("wal/00000002.history.kept"), "1593561600000000000\n").unwrap();
    for (moment, timeline) in [
        ("2019-12-31T00:00:00Z", "latest"),
        ("2020-06-01T00:00:00Z", "current"),
        ("2020-08-01T00:00:00Z", "latest"),
        ("2021-06-01T00:00:00Z", "2"),
        ("latest", "latest"),
    ] {
        run(&[script.as_str(), "restore", ".", moment, moment]);
        let settings = fs::read_to_string(place.join(moment).join("postgresql.auto.conf")).unwrap();
        let said = format!("recovery_target_timeline = '{timeline}'\n");
        assert!(settings.ends_with(&said), "{moment}: {settings}");
    }
    fs::remove_dir_all(&place).unwrap();
}

/// The script beside a bucket, and what it needs to be let in.
struct InBucket {
    place: PathBuf,
    server: S3Server,
}

impl InBucket {
    fn new(name: &str) -> Self {
        let (place, server) = (place(name), S3Server::start("backups"));
        let settings = format!(
            "AWS_ACCESS_KEY_ID=shop\nAWS_SECRET_ACCESS_KEY=a-secret\nAWS_ENDPOINT={}\nAWS_ALLOW_HTTP=true\n",
            server.endpoint()
        );
        fs::write(place.join("settings"), settings).unwrap();
        Self { place, server }
    }

    /// How it ended, and what it said. What is in `bin` goes first.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let path = format!("{}:{}", self.place.join("bin").display(), std::env::var("PATH").unwrap());
        let output = Command::new("bash")
            .arg(root().join("scripts/backup"))
            .args(arguments)
            .current_dir(&self.place)
            .env_clear()
            .envs([("PATH", path.as_str()), ("BACKUP_SETTINGS", "settings")])
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    }

    /// Somebody else's doing, without the script.
    fn put(&self, file: &str, key: &str) {
        let address = format!("{}/backups/{key}", self.server.endpoint());
        bash_in(&self.place, &["-euc", &format!("curl -sSf --upload-file {file} {address}")]);
    }
}

/// Where the script asks whether there is such a piece, there is none; before it writes its own, somebody else's is there.
const ANOTHER_IS_FASTER: &str = r#"mkdir -p bin; real=$(command -v rclone); cat >bin/rclone <<END
#!/bin/sh
[ "\$1" != copyto ] || curl -sSf --upload-file other "$ADDRESS/backups/shop/wal/0003.gz"
exec $real "\$@"
END
chmod +x bin/rclone"#;

/// A bucket that has never heard of such a condition, as Backblaze tells it.
const KNOWS_NO_CONDITION: &str = r#"mkdir -p bin; real=$(command -v rclone); cat >bin/rclone <<END
#!/bin/sh
case "\$*" in *If-None-Match*) echo "NotImplemented: A header you provided implies functionality" >&2; exit 1 ;; esac
exec $real "\$@"
END
chmod +x bin/rclone"#;

#[test]
fn a_bucket_keeps_a_piece_of_wal_once_and_what_cannot_be_read_is_not_its_end() {
    let mut bucket = InBucket::new("bucket");
    let at = "s3://backups/shop";
    fs::write(bucket.place.join("piece"), "what was written").unwrap();
    fs::write(bucket.place.join("other"), "what another did").unwrap();
    for _ in 0..2 {
        let (code, said) = bucket.run(&["keep", at, "piece", "0001"]);
        assert_eq!((code, said.as_str()), (Some(0), ""), "PostgreSQL may ask twice");
    }
    let (code, said) = bucket.run(&["keep", at, "other", "0001"]);
    assert!(code == Some(1) && said.contains("0001 is there already, and is another"), "{code:?} {said}");
    assert_eq!(bucket.run(&["fetch", at, "0001", "back"]), (Some(0), String::new()));
    assert_eq!(fs::read_to_string(bucket.place.join("back")).unwrap(), "what was written");

    // At 1 PostgreSQL opens with what it has; at more than 125 it stops.
    assert_eq!(bucket.run(&["fetch", at, "0002", "back"]), (Some(1), String::new()), "there is no more");
    bucket.put("piece", "shop/wal/0002.gz");
    assert_eq!(bucket.run(&["fetch", at, "0002", "back"]).0, Some(126), "it is spoilt");
    assert_eq!(bucket.run(&["fetch", "s3://backups/shops", "0001", "back"]).0, Some(126), "nothing is there");
    assert_eq!(bucket.run(&["fetch", "s3://backup/shop", "0001", "back"]).0, Some(126), "there is no such bucket");

    // What another has written since the script has looked is not written over, either.
    bash_in(&bucket.place, &["-euc", &ANOTHER_IS_FASTER.replace("$ADDRESS", &bucket.server.endpoint())]);
    let (code, said) = bucket.run(&["keep", at, "piece", "0003"]);
    assert!(code == Some(1), "{code:?} {said}");
    fs::remove_dir_all(bucket.place.join("bin")).unwrap();
    let (code, said) = bucket.run(&["fetch", at, "0003", "back"]);
    assert!(code == Some(126) && said.contains("not in gzip format"), "it was written over: {code:?} {said}");

    // A bucket that cannot refuse is asked first.
    bash_in(&bucket.place, &["-euc", KNOWS_NO_CONDITION]);
    for (file, ends) in [("piece", 0), ("piece", 0), ("other", 1)] {
        let (code, said) = bucket.run(&["keep", at, file, "0005"]);
        assert_eq!(code, Some(ends), "{said}");
    }
    assert_eq!(bucket.run(&["fetch", at, "0005", "back"]).0, Some(0));

    bucket.server.kill();
    for (arguments, ends) in [(["keep", at, "piece", "0004"], 1), (["fetch", at, "0001", "back"], 126)] {
        let (code, said) = bucket.run(&arguments);
        assert!(code == Some(ends) && !said.contains("a-secret"), "{code:?} {said}");
    }
    fs::remove_dir_all(&bucket.place).unwrap();
}

#[test]
fn what_is_restored_from_a_bucket_asks_it_for_more_and_knows_no_secret() {
    let bucket = InBucket::new("from-bucket");
    bash_in(&bucket.place, &["-euc", EMPTY_BACKUP]);
    for name in ["base.tar.gz", "pg_wal.tar.gz"] {
        bucket.put(&format!("base/2026-01-01T00:00:00Z/{name}"), &format!("shop/base/2026-01-01T00:00:00Z/{name}"));
    }
    let (code, said) = bucket.run(&["restore", "s3://backups/shop", "latest", "data"]);
    assert!(code == Some(1) && said.contains("no backup in s3://backups/shop"), "one is half there: {code:?} {said}");
    bucket.put("base/2026-01-01T00:00:00Z/ended", "shop/base/2026-01-01T00:00:00Z/ended");
    fs::write(bucket.place.join("kept"), "1593561600000000000\n").unwrap();
    bucket.put("kept", "shop/wal/00000002.history.kept");
    for (name, says) in TIMELINES {
        fs::write(bucket.place.join("history"), says).unwrap();
        assert_eq!(bucket.run(&["keep", "s3://backups/shop/", "history", name]), (Some(0), String::new()));
    }
    for (moment, timeline) in [("2020-06-01T00:00:00Z", "current"), ("2021-06-01T00:00:00Z", "2"), ("latest", "latest")]
    {
        let (code, said) = bucket.run(&["restore", "s3://backups/shop", moment, moment]);
        assert_eq!(code, Some(0), "{said}");
        let settings = fs::read_to_string(bucket.place.join(moment).join("postgresql.auto.conf")).unwrap();
        let named = bucket.place.join("settings").display().to_string();
        assert!(settings.contains(&format!("restore_command = 'BACKUP_SETTINGS=\"{named}\" ")), "{settings}");
        assert!(settings.contains("fetch \"s3://backups/shop\" %f \"%p\"'\n"), "{settings}");
        assert!(settings.ends_with(&format!("recovery_target_timeline = '{timeline}'\n")), "{moment}: {settings}");
        assert!(!settings.contains("a-secret"), "{settings}");
    }
    bash_in(&bucket.place, &["-euc", "echo mug >mug"]);
    let (code, said) = bucket.run(&["pictures", "s3://backups/shop", "back"]);
    assert!(code == Some(1) && said.contains("there are no pictures"), "{code:?} {said}");
    bucket.put("mug", "shop/media/ab/mug.webp");
    assert_eq!(bucket.run(&["pictures", "s3://backups/shop", "back"]), (Some(0), String::new()));
    let mode = fs::metadata(bucket.place.join("back/ab/mug.webp")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    fs::remove_dir_all(&bucket.place).unwrap();
}

/// In the place of PostgreSQL's own: a copy that says where it begins, and has nothing else in it.
const COPIES_NOTHING: &str = r#"mkdir -p bin; cat >bin/pg_basebackup <<'END'
#!/bin/sh
for word; do case $word in --pgdata=*) to=${word#--pgdata=} ;; esac; done
mkdir -p "$to" && cd "$to" && echo 'START WAL LOCATION: 0/1000028 (file 000000010000000000000001)' >backup_label
tar --create --gzip --file base.tar.gz backup_label
tar --create --gzip --file pg_wal.tar.gz --files-from /dev/null
rm backup_label
END
chmod +x bin/pg_basebackup"#;

/// The line broke while it was copied; or it is being copied now.
#[test]
fn a_backup_that_is_half_there_hinders_no_restore_and_is_gone_after_a_week() {
    let bucket = InBucket::new("halves");
    bash_in(&bucket.place, &["-euc", COPIES_NOTHING]);
    let halves = ["2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"];
    for half in halves {
        let folder = bucket.place.join("folder/base").join(half);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("base.tar.gz"), "half of it").unwrap();
        bucket.put(&format!("folder/base/{half}/base.tar.gz"), &format!("shop/base/{half}/base.tar.gz"));
    }
    for (number, at) in ["folder", "s3://backups/shop"].into_iter().enumerate() {
        let (code, said) = bucket.run(&["base", at]);
        assert_eq!(code, Some(0), "{at}: {said}");
        let (code, said) = bucket.run(&["restore", at, "latest", &format!("data-{number}")]);
        assert!(code == Some(0) && !halves.iter().any(|half| said.contains(half)), "{at}: {code:?} {said}");
    }
    let address = format!("{}/backups?prefix=shop/base/", bucket.server.endpoint());
    let in_bucket = Command::new("curl").args(["-sSf", address.as_str()]).output().unwrap().stdout;
    let in_folder = Command::new("ls").arg(bucket.place.join("folder/base")).output().unwrap().stdout;
    for listed in [in_bucket, in_folder] {
        let listed = String::from_utf8(listed).unwrap();
        assert_eq!(halves.map(|half| listed.contains(half)), [false, true], "{listed}");
    }
    fs::remove_dir_all(&bucket.place).unwrap();
}
