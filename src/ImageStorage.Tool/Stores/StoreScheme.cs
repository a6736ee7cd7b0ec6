namespace ImageStorage.Tool.Stores;

/// <summary>A kind of store that the tool can open.</summary>
/// <param name="Name">The text before the colon of a store URI.</param>
/// <param name="Syntax">The form of such a URI, for help and errors.</param>
/// <param name="Check">Returns the mistake in the text after the colon, or null.</param>
/// <param name="Use">Sets the provider; throws a <see cref="ToolException"/> if the store must exist and does
/// not.</param>
/// <param name="LocalFolder">Returns the folder of the store on this machine, or null.</param>
internal sealed record StoreScheme(
    string Name,
    string Syntax,
    Func<string, string?> Check,
    Action<ImageStorageBuilder, string, StoreAccess> Use,
    Func<string, string?> LocalFolder)
{
    /// <summary>Gets the name of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Gets all folders of the store on this machine.</summary>
    public Func<string, IReadOnlyList<string>> LocalFolders { get; init; } = location => LocalFolder(location) is { } folder ? [folder] : [];
}
