//! What the scripts promise and no other test sees: where the data of a clone are kept, and what stands in the way of setting it up.

use std::fs;
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
        (
            ". scripts/lib.sh; CHROMIUM=/nowhere/chromium find_headless_chromium",
            "CHROMIUM=/nowhere/chromium is no program",
        ),
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
    for found_by in ["find_chromium", "find_headless_chromium"] {
        let (code, out, why) = run(&format!(". scripts/lib.sh; CHROMIUM=bash {found_by}"));
        assert!(code == Some(0) && out.trim_end().ends_with("/bash"), "{out}{why}");
    }
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
