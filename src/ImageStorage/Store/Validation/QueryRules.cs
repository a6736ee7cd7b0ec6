using ImageStorage.Providers;

namespace ImageStorage.Store.Validation;

/// <summary>The rules of queries, which are the same for every provider.</summary>
internal static class QueryRules
{
    /// <summary>Checks a query. Returns the query with the content type normalized.</summary>
    public static ImageQuery Check(ImageQuery query)
    {
        if (query.Limit is < 1 or > ImageQuery.MaxLimit)
        {
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, $"ImageQuery.Limit must be 1 to {ImageQuery.MaxLimit}. Use the continuation token to get more images.");
        }

        if (!Enum.IsDefined(query.Order))
        {
            throw new ArgumentOutOfRangeException(nameof(query), query.Order, $"ImageQuery.Order must be one of {string.Join(", ", Enum.GetNames<ImageOrder>())}.");
        }

        CheckPrefix(query.Prefix);
        _ = ListPosition.From(query);
        return ContentTypeNames.Normalize(query.ContentType) is { } type && type != query.ContentType ? query with { ContentType = type } : query;
    }

    public static void CheckPrefix(string? prefix)
    {
        if (prefix is not null && KeyRules.PrefixViolation(prefix) is { } rule)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidQuery, $"The key prefix {KeyRules.Describe(prefix)} is not valid: {rule}.");
        }
    }
}
