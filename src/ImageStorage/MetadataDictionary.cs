using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>
/// Creates metadata in their only form: immutable and in ordinal order, so that equal metadata have equal text.
/// </summary>
internal static class MetadataDictionary
{
    public static ImmutableSortedDictionary<string, string> Empty { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal, StringComparer.Ordinal);
}
