//! Records of any number of columns. The driver reads those of nine at most, as tuples; a record within a record costs PostgreSQL
//! about as much as three columns more.

use sqlx::error::BoxDynError;
use sqlx::postgres::types::PgRecordDecoder;
use sqlx::postgres::{PgHasArrayType, PgTypeInfo, PgValueRef};
use sqlx::{Decode, Postgres, Type};

/// What is read column by column, in their order.
pub(super) trait FromColumns: Sized {
    fn read(columns: &mut PgRecordDecoder<'_>) -> Result<Self, BoxDynError>;
}

/// A value of a statement that is such a record.
pub(super) struct Columns<T>(pub(super) T);

impl<T> Type<Postgres> for Columns<T> {
    fn type_info() -> PgTypeInfo {
        <(bool,) as Type<Postgres>>::type_info()
    }
}

impl<T> PgHasArrayType for Columns<T> {
    fn array_type_info() -> PgTypeInfo {
        <(bool,) as PgHasArrayType>::array_type_info()
    }
}

impl<'r, T: FromColumns> Decode<'r, Postgres> for Columns<T> {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        T::read(&mut PgRecordDecoder::new(value)?).map(Self)
    }
}
