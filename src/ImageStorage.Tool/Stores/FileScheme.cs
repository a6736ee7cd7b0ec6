using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tool.Stores;

/// <summary>The scheme <c>file:PATH</c>: a folder.</summary>
internal static class FileScheme
{
    public static StoreScheme Instance { get; } = new("file", "file:PATH", Check, Use, LocalPath.Of) { Provider = "FileSystem" };

    private static string? Check(string location) => location.Length == 0 ? "name the folder after 'file:', such as file:data/images" : null;

    private static void Use(ImageStorageBuilder builder, string location, StoreAccess access)
    {
        var path = LocalPath.Of(location);
        if (File.Exists(path))
        {
            throw new ToolException($"There is no store at '{location}': that is a file, not a folder.");
        }

        if (access.MustBePresent && WhyNoStore(path) is { } reason)
        {
            throw new StoreMissingException($"There is no store at '{location}': {reason}.");
        }

        builder.UseFileSystem(options =>
        {
            options.Path = path;
            options.CreateIfMissing = access.CreatesStore;
        });
    }

    // For the provider, a folder without this file is a new store. A user who reads or verifies images must see that
    // the folder is not a store.
    private static string? WhyNoStore(string path) =>
        !Directory.Exists(path) ? "the folder does not exist ('put' and 'import' create one)"
        : !File.Exists(Path.Join(path, ".imagestorage", "format.json")) ? "the folder has no .imagestorage/format.json"
        : null;
}
