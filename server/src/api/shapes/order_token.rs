//! What opens a guest's order instead of a session, as the document tells of it.

use serde::Deserialize;
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

/// What may be brought instead of a session
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Brought {
    /// The order's, as it was answered to the guest who placed it; better in the header `Order-Token`, for addresses end up in logs
    #[param(max_length = 100)]
    pub token: Option<String>,
}

impl Brought {
    pub const MAX: u32 = 100;
}

/// The same in the header `Order-Token`, so that it stands in no address
pub struct OrderTokenHeader;

impl IntoParams for OrderTokenHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(100));
        let parameter = ParameterBuilder::new()
            .name("Order-Token")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some("The order's token, as it was answered to the guest who placed it"))
            .schema(Some(schema.pattern(Some("^[!-~]+$"))));
        vec![parameter.build()]
    }
}
