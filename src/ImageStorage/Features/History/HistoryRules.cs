using System.Text;
using ImageStorage.Providers;

namespace ImageStorage.History;

/// <summary>Validates entries, queries and retentions.</summary>
internal static class HistoryRules
{
    private const int MaxModeCharacters = 64;
    private const int MaxKeys = 1000;
    private const int MaxNameCharacters = 128;
    private const int MaxMetadataBytes = 64 << 10;

    /// <summary>Validates an entry, and returns it with time and id.</summary>
    public static HistoryEntry Complete(HistoryEntry entry, TimeProvider clock)
    {
        CheckMode(entry.Mode);
        if (entry.Id is not null)
        {
            throw new ArgumentException("A history entry gets its id from the append: do not set Id.", nameof(entry));
        }

        if (entry.Keys.IsDefault)
        {
            throw new ArgumentException("HistoryEntry.Keys is default(ImmutableArray<ImageKey>): use an empty array.", nameof(entry));
        }

        if (entry.Keys.Length > MaxKeys)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidHistory, $"A history entry may name at most {MaxKeys} images. Append several entries.");
        }

        var bytes = 0;
        foreach (var (name, value) in entry.Metadata)
        {
            if (name.Length is 0 or > MaxNameCharacters || name.Any(char.IsControl))
            {
                throw new ImageValidationException(ImageValidationKind.InvalidHistory, $"A metadata name of a history entry must have 1 to {MaxNameCharacters} characters and no control characters.");
            }

            bytes += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
        }

        if (bytes > MaxMetadataBytes)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidHistory, $"The metadata of a history entry has {bytes} UTF-8 bytes, more than the allowed {MaxMetadataBytes}. Store the data elsewhere, and record its id.");
        }

        foreach (var key in entry.Keys)
        {
            _ = key.Value;
        }

        var at = (entry.At ?? clock.GetUtcNow()).ToUniversalTime();
        return entry with { At = at, Id = HistoryNames.NewId(at) };
    }

    public static void Check(HistoryQuery query)
    {
        if (query.Limit is < 1 or > 1000)
        {
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "HistoryQuery.Limit must be 1 to 1000.");
        }

        if (query.ContinuationToken is { } token && !HistoryNames.IsId(token))
        {
            throw new ImageValidationException(ImageValidationKind.InvalidQuery, "The continuation token was not returned by a page of the history: pass on the token of the previous page unchanged.");
        }

        if (query.Mode is { } mode)
        {
            CheckMode(mode);
        }

        _ = query.Key?.Value;
    }

    public static void CheckId(string id)
    {
        if (!HistoryNames.IsId(id))
        {
            throw new ImageValidationException(ImageValidationKind.InvalidHistory, "The id was not returned by an append to the history or by a page of the history.");
        }
    }

    public static void Check(HistoryRetention retention)
    {
        if (retention is { MaxAge: null, MaxCount: null })
        {
            throw new ArgumentException("A retention of the history needs a limit: set MaxAge or MaxCount.", nameof(retention));
        }

        if (retention.MaxAge < TimeSpan.Zero || retention.MaxCount < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(retention), "The limits of a retention must not be negative.");
        }
    }

    private static void CheckMode(string mode)
    {
        if (string.IsNullOrEmpty(mode) || mode.Length > MaxModeCharacters || mode.Any(char.IsControl))
        {
            throw new ImageValidationException(ImageValidationKind.InvalidHistory, $"The mode of a history entry must have 1 to {MaxModeCharacters} characters and no control characters.");
        }
    }
}
