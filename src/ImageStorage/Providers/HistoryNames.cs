using System.Buffers;
using System.Globalization;

namespace ImageStorage.Providers;

/// <summary>
/// Creates the names of history entries: the inverted time, so that the newest entry is the first in ordinal order, and
/// a random part.
/// </summary>
internal static class HistoryNames
{
    public const string Prefix = DocumentCollections.History + "/";
    private const int TimeLength = 16;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");
    private const int IdLength = TimeLength + 1 + 32;

    public static string NewId(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{Inverted(at)}-{Guid.NewGuid():n}");

    public static DocumentName NameOf(string id) => Prefix + id;

    public static string IdOf(DocumentName name) => name.Value[Prefix.Length..];

    public static bool IsId(string? id) =>
        id is { Length: IdLength } && id[TimeLength] == '-' && !id.AsSpan(0, TimeLength).ContainsAnyExcept(Digits) && !id.AsSpan(TimeLength + 1).ContainsAnyExcept(Digits);

    /// <summary>Returns the time of an entry, in ticks, from its id.</summary>
    public static long TicksOf(string id) => long.MaxValue - long.Parse(id.AsSpan(0, TimeLength), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>Returns a name after all entries of a time and later, and before all earlier entries.</summary>
    public static DocumentName AfterEntriesFrom(DateTimeOffset at) => $"{Prefix}{Inverted(at)}-zz";

    private static string Inverted(DateTimeOffset at) => (long.MaxValue - at.UtcTicks).ToString("x16", CultureInfo.InvariantCulture);
}
