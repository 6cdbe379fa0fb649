//! `/`: what kind of shop this is, where to start, and a few things to fall for.

use leptos::prelude::*;
use shop::dto::{CategoryTile, HomeView};

use super::api::load_home;
use super::card::ProductGrid;
use crate::ui::{Brand, DeliveryAndReturns, Picture, SharedPicture, Titled, Written, loaded};

#[component]
pub fn HomePage() -> impl IntoView {
    loaded(load_home(), |home| view! { <Home home /> })
}

#[component]
fn Home(home: HomeView) -> impl IntoView {
    let content = Brand::get().content;
    let picture = content.pictures.hero.as_ref().map_or_else(hero_of_the_program, SharedPicture::from);
    view! {
        <Titled title=content.name.clone() description=content.description.clone() path="/" picture=Some(picture) />
        <Hero />
        <div class="home-terms">
            <DeliveryAndReturns is_sent=true />
        </div>
        {(!home.categories.is_empty())
            .then(|| {
                view! {
                    <section class="section" id="categories" aria-labelledby="categories-title">
                        <h2 id="categories-title">"Categories"</h2>
                        <ul class="tiles">
                            {home.categories.into_iter().map(|tile| view! { <Tile tile /> }).collect_view()}
                        </ul>
                    </section>
                }
            })}
        {if home.featured.is_empty() {
            view! {
                <div class="empty">
                    <p class="empty-line">"The shelves are being filled."</p>
                    <p>"Come back soon."</p>
                </div>
            }
                .written()
        } else {
            view! {
                <section class="section" aria-labelledby="featured-title">
                    <header class="section-head">
                        <h2 id="featured-title">"On the table just now"</h2>
                        <a href="/products">"See all products"</a>
                    </header>
                    <ProductGrid products=home.featured />
                </section>
            }
                .written()
        }}
    }
    .written()
}

#[component]
fn Hero() -> impl IntoView {
    let content = Brand::get().content;
    view! {
        <section class="hero">
            <div class="hero-words">
                <h1>{content.headline.clone()}</h1>
                <p>{content.intro.clone()}</p>
                <a class="button" href=content.action_link.clone()>
                    {content.action.clone()}
                </a>
            </div>
            {match content.pictures.hero.clone() {
                Some(image) => {
                    view! { <Picture image=Some(image) sizes="(min-width: 60rem) 64vw, 100vw" first=true /> }.written()
                }
                None => view! { <HeroOfTheProgram /> }.written(),
            }}
        </section>
    }
}

fn hero_of_the_program() -> SharedPicture {
    SharedPicture { path: "/pictures/hero-1600.webp".into(), alt: String::new() }
}

#[component]
fn HeroOfTheProgram() -> impl IntoView {
    view! {
        <img
            class="hero-picture"
            src="/pictures/hero-1600.webp"
            srcset="/pictures/hero-800.webp 800w, /pictures/hero-1600.webp 1600w"
            sizes="(min-width: 60rem) 64vw, 100vw"
            width="1600"
            height="1000"
            alt=""
            fetchpriority="high"
            decoding="async"
        />
    }
}

#[component]
fn Tile(tile: CategoryTile) -> impl IntoView {
    view! {
        <li class="tile">
            <a href=format!("/products?category={}", tile.slug)>
                <span class="frame">
                    <Picture image=tile.image sizes="(min-width: 60rem) 18vw, 45vw" decorative=true />
                </span>
                <span class="tile-name">{tile.name}</span>
            </a>
        </li>
    }
}
