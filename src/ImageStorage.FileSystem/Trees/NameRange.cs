namespace ImageStorage.FileSystem.Trees;

/// <summary>A part of the names of a tree, in a direction.</summary>
/// <param name="After">Only names behind this one in the order of the scheme; it need not exist. Null: from the first.</param>
/// <param name="Before">Only names in front of this one; it need not exist. Null: to the last.</param>
/// <param name="Prefix">Only names that begin with this text, ordinal.</param>
/// <param name="Descending">From the last to the first.</param>
internal sealed record NameRange(string? After = null, string? Before = null, string? Prefix = null, bool Descending = false)
{
    public bool Contains(NameScheme scheme, string name) =>
        (Prefix is null || name.StartsWith(Prefix, StringComparison.Ordinal))
        && (After is null || scheme.Comparer.Compare(name, After) > 0)
        && (Before is null || scheme.Comparer.Compare(name, Before) < 0);

    /// <summary>Can there be names in the range among those that begin with a text?</summary>
    public bool MayContain(string front) =>
        (Prefix is null || Meets(front, Prefix))
        && (After is null || Meets(front, After) || string.CompareOrdinal(front, After) > 0)
        && (Before is null || Meets(front, Before) || string.CompareOrdinal(front, Before) < 0);

    private static bool Meets(string x, string y) => x.StartsWith(y, StringComparison.Ordinal) || y.StartsWith(x, StringComparison.Ordinal);
}
