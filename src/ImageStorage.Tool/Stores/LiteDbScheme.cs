using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tool.Stores;

/// <summary><c>litedb:PATH</c>: a LiteDB database, which nobody else may have open.</summary>
internal static class LiteDbScheme
{
    /// <summary>The largest image that the provider can be told to take.</summary>
    private const long MostLength = 4L << 30;

    public static StoreScheme Instance { get; } = new("litedb", "litedb:PATH", Check, Use, _ => null);

    private static string? Check(string location) =>
        location.Length == 0 ? "name the database behind 'litedb:', such as litedb:data/images.db"
        : Path.EndsInDirectorySeparator(location) ? "name a file behind 'litedb:', not a folder, such as litedb:data/images.db"
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
            throw new StoreMissingException($"There is no store at '{location}': the file does not exist ('put' and 'import' make one).");
        }

        builder.UseLiteDb(options =>
        {
            options.Path = path;
            options.CreateIfMissing = access.CreatesStore;
            options.MaxLength = Math.Clamp(access.Limits?.MaxLength ?? 0, options.MaxLength, MostLength);
        });
    }
}
