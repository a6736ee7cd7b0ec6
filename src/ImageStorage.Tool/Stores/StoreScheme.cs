namespace ImageStorage.Tool.Stores;

/// <summary>One kind of store that the tool can open.</summary>
/// <param name="Name">What stands before the colon of a store URI.</param>
/// <param name="Syntax">How to write such a URI, for help and errors.</param>
/// <param name="Check">What is wrong with the text behind the colon, or null when nothing is.</param>
/// <param name="Use">Chooses the provider; throws a <see cref="ToolException"/> when the store has to be there and is not.</param>
/// <param name="LocalFolder">The folder that the store fills on this machine, or null when it fills none.</param>
internal sealed record StoreScheme(
    string Name,
    string Syntax,
    Func<string, string?> Check,
    Action<ImageStorageBuilder, string, StoreAccess> Use,
    Func<string, string?> LocalFolder)
{
    /// <summary>All folders that the store fills on this machine: that one, unless the store is made of several.</summary>
    public Func<string, IReadOnlyList<string>> LocalFolders { get; init; } = location => LocalFolder(location) is { } folder ? [folder] : [];
}
