//! What the scripts promise and no other test sees: where the data of a clone are kept, and what a backup tells PostgreSQL.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::architecture::root;

fn state_of(clone: &Path, home: &Path) -> PathBuf {
    let said = ". scripts/lib.sh && make_state && echo \"$SHOP_STATE\"";
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", said])
        .current_dir(clone)
        .env_remove("SHOP_STATE")
        .env("SHOP_STATE_HOME", home)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}

/// A folder with the scripts of a clone, as far as they are needed here.
fn clone_at(folder: &Path, from: &Path) {
    fs::create_dir_all(folder.join("scripts")).unwrap();
    fs::copy(from.join("scripts/lib.sh"), folder.join("scripts/lib.sh")).unwrap();
}

#[test]
fn a_clone_that_is_moved_keeps_its_shop_and_a_copy_of_it_is_another_one() {
    let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("clones-{}", std::process::id()));
    let (home, first, moved, copy) =
        (place.join("state"), place.join("first"), place.join("moved"), place.join("copy"));
    clone_at(&first, &root());
    let kept = state_of(&first, &home);
    assert_eq!(state_of(&first, &home), kept);
    fs::rename(&first, &moved).unwrap();
    assert_eq!(state_of(&moved, &home), kept, "it was moved");
    clone_at(&copy, &moved);
    fs::copy(moved.join(".shop-id"), copy.join(".shop-id")).unwrap();
    assert_ne!(state_of(&copy, &home), kept, "a copy has no business with the shop it was copied from");
    assert_eq!(state_of(&moved, &home), kept);
    fs::remove_file(moved.join(".shop-id")).unwrap();
    assert_eq!(state_of(&moved, &home), kept, "without its file the data know it by its place");
    fs::remove_dir_all(&place).unwrap();
}

/// Something is missing here, and whoever sets it up is not root and cannot type a password.
const WITHOUT_A_PASSWORD: &str = r#"id() { echo 1000; }; sudo() { false; }
    command() { case $2 in haproxy) false ;; apt-get | sudo) true ;; *) builtin command "$@" ;; esac; }
    export -f id sudo command; SHOP_CACHE=cache bash scripts/setup proxy"#;

/// Whoever has no Linux, no rights or no such browser reads one line that says so, and nothing is installed or begun.
#[test]
fn what_stands_in_the_way_is_told_in_one_line() {
    let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("ways-{}", std::process::id()));
    let clone = place.join("clone");
    clone_at(&clone, &root());
    let run = |said: &str| {
        // A session of its own has no terminal at which somebody could type a password.
        let output = Command::new("setsid")
            .args(["--wait", "bash", "-euo", "pipefail", "-c", said])
            .current_dir(&clone)
            .env_remove("SHOP_STATE")
            .env_remove("CHROMIUM")
            .env("SHOP_STATE_HOME", place.join("state"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let [out, why] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (output.status.code(), out, why)
    };
    for (said, told) in [
        ("uname() { echo Darwin; }; . scripts/lib.sh", "docker compose up --build"),
        (". scripts/lib.sh; id() { echo 1000; }; sudo() { false; }; as_root true", "sudo wants a password"),
        (". scripts/lib.sh; CHROMIUM=/nowhere/chromium find_chromium", "CHROMIUM=/nowhere/chromium is no program"),
        (". scripts/lib.sh; FIREFOX=/nowhere/firefox find_firefox", "FIREFOX=/nowhere/firefox is no program"),
    ] {
        let (code, out, why) = run(said);
        assert_eq!((code, out.as_str(), why.lines().count()), (Some(1), "", 1), "{said}: {why}");
        assert!(why.contains(told), "{said}: {why}");
    }
    // What set-up lacks is not left in its log.
    fs::copy(root().join("scripts/setup"), clone.join("scripts/setup")).unwrap();
    let (code, _, why) = run(WITHOUT_A_PASSWORD);
    assert!(code == Some(1) && why.contains("sudo wants a password"), "{why}");
    assert!(why.lines().last().is_some_and(|line| line.starts_with("setup: could not install HAProxy")), "{why}");
    let (code, out, why) = run(". scripts/lib.sh; CHROMIUM=bash find_chromium");
    assert!(code == Some(0) && out.trim_end().ends_with("/bash"), "{out}{why}");
    fs::remove_dir_all(&place).unwrap();
}

#[test]
fn the_image_is_built_by_the_rust_that_everything_is_built_by() {
    let toolchain = fs::read_to_string(root().join("rust-toolchain.toml")).unwrap();
    let channel = toolchain.lines().find_map(|line| line.strip_prefix("channel = \"")?.strip_suffix('"')).unwrap();
    let dockerfile = fs::read_to_string(root().join("Dockerfile")).unwrap();
    assert!(
        dockerfile.contains(&format!("FROM rust:{channel}-bookworm AS build\n")),
        "rust-toolchain.toml says {channel}"
    );
}

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
