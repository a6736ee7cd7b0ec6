namespace ImageStorage.Tool.Stores;

/// <summary>
/// All kinds of stores that the tool can open. A new provider needs a line here and a class like
/// <see cref="FileScheme"/>.
/// </summary>
internal static class StoreSchemes
{
    public static IReadOnlyList<StoreScheme> All { get; } = [FileScheme.Instance, LiteDbScheme.Instance, AzureScheme.Instance, HybridScheme.Instance];

    /// <summary>Gets the known forms of a store URI, for help and errors.</summary>
    public static string Syntaxes { get; } = string.Join(", ", All.Select(scheme => scheme.Syntax));

    public static StoreScheme? Find(string name) => All.FirstOrDefault(scheme => string.Equals(scheme.Name, name, StringComparison.OrdinalIgnoreCase));
}
