using System.Text;
using System.Text.Json;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem;

/// <summary>The file that makes a folder a store. It names the layout, and has a random id that tells this store from every other one.</summary>
internal static class FormatFile
{
    public const string Path = FileSystemStore.PrivateFolder + "/format.json";
    private const string Name = "ImageStorage.FileSystem";
    private const int Version = 3;
    private const int MostBytes = 4096;

    /// <summary>Reads the id of the store; null when there is no such file.</summary>
    /// <exception cref="StorageCorruptedException">The file cannot be read.</exception>
    /// <exception cref="StorageNotSupportedException">The store has a layout of another version.</exception>
    /// <exception cref="StorageUnavailableException">The folder holds a store of another kind.</exception>
    public static string? ReadId(IVolume volume)
    {
        using var file = volume.OpenRead(Path);
        if (file is null)
        {
            return null;
        }

        var bytes = new byte[Math.Min(file.Length, MostBytes)];
        file.Read(bytes, 0);
        try
        {
            using var json = JsonDocument.Parse(bytes);
            if (json.RootElement.GetProperty("format").GetString() != Name)
            {
                throw FileSystemStore.Unusable("the folder holds a store of another kind, as its format.json says. Use another folder", isTransient: false);
            }

            CheckVersion(json.RootElement.GetProperty("version").GetInt32());
            return json.RootElement.TryGetProperty("id", out var id) ? id.GetString() ?? string.Empty : string.Empty;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Lost("cannot be read", exception);
        }
    }

    /// <summary>Creates the file with a new id. It is there whole or not at all, and durable, because nothing of the store can be used without it.</summary>
    public static void Write(IVolume volume, StagingArea staging)
    {
        using var file = staging.Create(0);
        file.Append(Encoding.UTF8.GetBytes($"{{ \"format\": \"{Name}\", \"version\": {Version}, \"id\": \"{Guid.NewGuid():n}\" }}\n"));
        file.Finish(Durability.Full);
        file.CommitTo(Path);
        volume.FlushDirectory(FileSystemStore.PrivateFolder);
    }

    public static StorageCorruptedException Lost(string what, Exception? exception) =>
        new($"{FileSystemImageProvider.ProviderName}: the file {Path} of the store {what}, so nothing is touched. If this is a store, restore the file: {{ \"format\": \"{Name}\", \"version\": {Version} }}. If not, use another folder.", exception)
        {
            Provider = FileSystemImageProvider.ProviderName,
        };

    private static void CheckVersion(int version)
    {
        if (version != Version)
        {
            var remedy = version > Version ? "Update the package" : "It was made before the first release: export its images with the package that made it, and import them into a new store";
            throw new StorageNotSupportedException($"{FileSystemImageProvider.ProviderName}: the store has layout version {version}, this package uses version {Version}. {remedy}; nothing was touched.") { Provider = FileSystemImageProvider.ProviderName };
        }
    }
}
