using System.Text;
using System.Text.Json;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem;

/// <summary>
/// The file that makes a folder a store. It names the layout and has a random id that distinguishes the store from
/// every other store.
/// </summary>
internal static class FormatFile
{
    public const string Path = FileSystemStore.PrivateFolder + "/format.json";
    private const string Name = "ImageStorage.FileSystem";
    private const int Version = 3;
    private const int MaxBytes = 4096;

    /// <summary>Reads the id of the store.</summary>
    /// <returns>The id, or <see langword="null"/> if there is no format file.</returns>
    /// <exception cref="StorageCorruptedException">The file cannot be read.</exception>
    /// <exception cref="StorageNotSupportedException">The layout of the store has another version.</exception>
    /// <exception cref="StorageUnavailableException">The folder holds a store of another kind.</exception>
    public static string? ReadId(IVolume volume)
    {
        using var file = volume.OpenRead(Path);
        if (file is null)
        {
            return null;
        }

        var bytes = new byte[Math.Min(file.Length, MaxBytes)];
        file.Read(bytes, 0);
        try
        {
            using var json = JsonDocument.Parse(bytes);
            if (json.RootElement.GetProperty("format").GetString() != Name)
            {
                throw FileSystemStore.Unusable("the folder holds a store of another kind, according to its format.json. Use another folder", isTransient: false);
            }

            CheckVersion(json.RootElement.GetProperty("version").GetInt32());
            return json.RootElement.TryGetProperty("id", out var id) ? id.GetString() ?? string.Empty : string.Empty;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Lost("cannot be read", exception);
        }
    }

    /// <summary>
    /// Creates the file with a new id, atomically and durably, because nothing in the store can be used without it.
    /// </summary>
    public static void Write(IVolume volume, StagingArea staging)
    {
        using var file = staging.Create(0);
        file.Append(Encoding.UTF8.GetBytes($"{{ \"format\": \"{Name}\", \"version\": {Version}, \"id\": \"{Guid.NewGuid():n}\" }}\n"));
        file.Finish(Durability.Full);
        file.CommitTo(Path);
        volume.FlushDirectory(FileSystemStore.PrivateFolder);
    }

    public static StorageCorruptedException Lost(string what, Exception? exception) =>
        new($"{FileSystemImageProvider.ProviderName}: the file {Path} of the store {what}. Nothing was changed. If the folder is a store, restore the file: {{ \"format\": \"{Name}\", \"version\": {Version} }}. Otherwise use another folder.", exception)
        {
            Provider = FileSystemImageProvider.ProviderName,
        };

    private static void CheckVersion(int version)
    {
        if (version != Version)
        {
            var remedy = version > Version ? "Update the package" : "The store was created before the first release: export its images with the package that created it, and import them into a new store";
            throw new StorageNotSupportedException($"{FileSystemImageProvider.ProviderName}: the store has layout version {version}, this package uses version {Version}. {remedy}. Nothing was changed.") { Provider = FileSystemImageProvider.ProviderName };
        }
    }
}
