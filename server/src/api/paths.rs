//! Handlers at their paths, as their `#[utoipa::path]` says. What else that says of them, a megabyte and more of a program, is asked
//! for by the test that keeps `docs/openapi.json`, and by nobody else.

#[cfg(not(test))]
pub(super) use plain::{Routes, routes};
#[cfg(test)]
pub(super) use utoipa_axum::{router::OpenApiRouter as Routes, routes};

#[cfg(not(test))]
mod plain {
    use axum::Router;
    use axum::routing::MethodRouter;

    /// As utoipa's `OpenApiRouter`, without the document.
    pub struct Routes<S>(Router<S>);

    impl<S: Clone + Send + Sync + 'static> Routes<S> {
        pub fn new() -> Self {
            Self(Router::new())
        }

        pub fn routes<const N: usize>(self, handlers: [(String, MethodRouter<S>); N]) -> Self {
            Self(handlers.into_iter().fold(self.0, |all, (path, methods)| all.route(&path, methods)))
        }

        pub fn merge(self, other: Self) -> Self {
            Self(self.0.merge(other.0))
        }
    }

    impl<S> From<Routes<S>> for Router<S> {
        fn from(routes: Routes<S>) -> Self {
            routes.0
        }
    }

    /// As utoipa's: the handlers of one path.
    macro_rules! routes {
        ($($handler:ident),+ $(,)?) => {
            utoipa_axum::paste! {{
                use axum::routing::MethodRouter;
                use utoipa::Path as _;
                use utoipa_axum::PathItemExt as _;
                [$((
                    [<__path_ $handler>]::path(),
                    [<__path_ $handler>]::methods()
                        .iter()
                        .fold(MethodRouter::new(), |all, method| all.on(method.to_method_filter(), $handler)),
                )),+]
            }}
        };
    }
    pub(in crate::api) use routes;
}
