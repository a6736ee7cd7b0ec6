namespace ImageStorage.FileSystem.Trees;

/// <summary>A range of the names of a tree, with a direction.</summary>
/// <param name="After">Only names after this one in the order of the scheme; it need not exist. <see langword="null"/>:
/// from the first.</param>
/// <param name="Before">Only names before this one; it need not exist. <see langword="null"/>: to the last.</param>
/// <param name="Prefix">Only names that begin with this text, ordinal.</param>
/// <param name="Descending">From the last to the first.</param>
internal sealed record NameRange(string? After = null, string? Before = null, string? Prefix = null, bool Descending = false)
{
    public bool Contains(NameScheme scheme, string name) =>
        (Prefix is null || name.StartsWith(Prefix, StringComparison.Ordinal))
        && (After is null || scheme.Comparer.Compare(name, After) > 0)
        && (Before is null || scheme.Comparer.Compare(name, Before) < 0);

    /// <summary>Returns <see langword="true"/> if names that begin with a text can be in the range.</summary>
    public bool MayContain(string front) =>
        (Prefix is null || Meets(front, Prefix))
        && (After is null || Meets(front, After) || string.CompareOrdinal(front, After) > 0)
        && (Before is null || Meets(front, Before) || string.CompareOrdinal(front, Before) < 0);

    private static bool Meets(string x, string y) => x.StartsWith(y, StringComparison.Ordinal) || y.StartsWith(x, StringComparison.Ordinal);
}
