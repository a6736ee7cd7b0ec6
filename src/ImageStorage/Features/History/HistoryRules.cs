using System.Text;
using ImageStorage.Providers;

namespace ImageStorage.History;

/// <summary>The rules of entries and queries.</summary>
internal static class HistoryRules
{
    private const int MostModeCharacters = 64;
    private const int MostKeys = 1000;
    private const int MostNameCharacters = 128;
    private const int MostMetadataBytes = 64 << 10;

    /// <summary>Checks an entry, and gives it time and id.</summary>
    public static HistoryEntry Complete(HistoryEntry entry, TimeProvider clock)
    {
        CheckMode(entry.Mode);
        if (entry.Id is not null)
        {
            throw new ArgumentException("A history entry gets its id when it is appended: leave Id out.", nameof(entry));
        }

        if (entry.Keys.IsDefault)
        {
            throw new ArgumentException("HistoryEntry.Keys is default(ImmutableArray<ImageKey>): use an empty array.", nameof(entry));
        }

        if (entry.Keys.Length > MostKeys)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidHistory, $"A history entry may name up to {MostKeys} images.");
        }

        var bytes = 0;
        foreach (var (name, value) in entry.Metadata)
        {
            if (name.Length is 0 or > MostNameCharacters || name.Any(char.IsControl))
            {
                throw new ImageValidationException(ImageValidationKind.InvalidHistory, $"A metadata name of a history entry has 1 to {MostNameCharacters} characters, and no control characters.");
            }

            bytes += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
        }

        if (bytes > MostMetadataBytes)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidHistory, $"The metadata of a history entry has {bytes} UTF-8 bytes, more than the {MostMetadataBytes} allowed.");
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
            throw new ImageValidationException(ImageValidationKind.InvalidQuery, "The continuation token of the history is none that a page returned: pass it on unchanged.");
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
            throw new ImageValidationException(ImageValidationKind.InvalidHistory, "The id of a history entry is none that an append or a page returned.");
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
        if (string.IsNullOrEmpty(mode) || mode.Length > MostModeCharacters || mode.Any(char.IsControl))
        {
            throw new ImageValidationException(ImageValidationKind.InvalidHistory, $"The mode of a history entry has 1 to {MostModeCharacters} characters, and no control characters.");
        }
    }
}
