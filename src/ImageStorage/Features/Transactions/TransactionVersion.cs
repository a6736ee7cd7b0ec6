using System.Globalization;

namespace ImageStorage.Transactions;

/// <summary>
/// Creates and reads the ETags of versions written by transactions: <c>t</c>, the id of the transaction, <c>-</c>, and
/// the index of the step.
/// </summary>
internal static class TransactionVersion
{
    private const int IdLength = 32;

    /// <summary>Returns the ETag of the planned version of a step.</summary>
    public static ImageETag Create(string transaction, int step) => new(string.Create(CultureInfo.InvariantCulture, $"t{transaction}-{step}"));

    /// <summary>
    /// Returns the id of the transaction that has written a version; <see langword="null"/> if no transaction has.
    /// </summary>
    public static string? TransactionOf(ImageETag? etag) =>
        etag?.Value is { Length: > IdLength + 2 } value && value[0] == 't' && value[IdLength + 1] == '-' && value[1..(IdLength + 1)] is var id && TransactionJournal.IsId(id) ? id : null;
}
