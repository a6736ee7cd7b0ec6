using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tool.Stores;

/// <summary>The scheme <c>litedb:PATH</c>: a LiteDB database, which no other process has open.</summary>
internal static class LiteDbScheme
{
    /// <summary>The largest image that the provider can be configured to accept.</summary>
    private const long MaxLength = 4L << 30;

    public static StoreScheme Instance { get; } = new("litedb", "litedb:PATH", Check, Use, _ => null) { Provider = "LiteDb" };

    private static string? Check(string location) =>
        location.Length == 0 ? "name the database after 'litedb:', such as litedb:data/images.db"
        : Path.EndsInDirectorySeparator(location) ? "name a file after 'litedb:', not a folder, such as litedb:data/images.db"
        : null;

    private static void Use(ImageStorageBuilder builder, string location, StoreAccess access)
    {
        var path = LocalPath.Of(location);
        if (Directory.Exists(path))
        {
            throw new ToolException($"There is no store at '{location}': that is a folder, not a database file.");
        }

        if (access.MustBePresent && !File.Exists(path))
        {
            throw new StoreMissingException($"There is no store at '{location}': the file does not exist ('put' and 'import' create one).");
        }

        builder.UseLiteDb(options =>
        {
            options.Path = path;
            options.CreateIfMissing = access.CreatesStore;
            options.MaxLength = Math.Clamp(access.Limits?.MaxLength ?? 0, options.MaxLength, MaxLength);
        });
    }
}
