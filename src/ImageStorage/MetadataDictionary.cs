using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>
/// Creates metadata in their only form: immutable and in ordinal order, so that equal metadata have equal text.
/// </summary>
internal static class MetadataDictionary
{
    public static ImmutableSortedDictionary<string, string> Empty { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal, StringComparer.Ordinal);

    /// <summary>Returns metadata in ordinal order, whatever the order of the given ones is.</summary>
    public static ImmutableSortedDictionary<string, string> Of(ImmutableSortedDictionary<string, string> metadata) =>
        metadata?.WithComparers(StringComparer.Ordinal, StringComparer.Ordinal) ?? throw new ArgumentNullException(nameof(metadata));
}
