using ImageStorage.AzureBlob;
using ImageStorage.FileSystem;
using ImageStorage.Hybrid;
using ImageStorage.LiteDb;
using ImageStorage.Registration;

namespace QuickStart;

/// <summary>Where the sample keeps its store: a place of yours, which stays, or a temporary folder, which is removed at the end.</summary>
internal sealed class StorePlace : IDisposable
{
    public const string Syntax = "a folder, file:FOLDER, litedb:FILE, azure:CONTAINER, or hybrid:STORE+STORE such as hybrid:litedb:data/catalog.db+file:data/content";
    private const string AzureConnection = "IMAGESTORAGE_AZURE_CONNECTION_STRING";

    private readonly string _name;
    private readonly string? _temporary;

    private StorePlace(string name, string? temporary) => (_name, _temporary) = (name, temporary);

    public string Description => _temporary is null
        ? $"The store is {_name}; look into it with: imagestorage ls --store \"{_name}\""
        : "The store was in a temporary folder and is removed now; keep one with --store, such as --store file:FOLDER.";

    public static StorePlace For(string? name)
    {
        var temporary = name is null ? Directory.CreateTempSubdirectory("imagestorage-").FullName : null;
        name ??= temporary!;
        return new StorePlace(SchemeOf(name) is null ? $"file:{name}" : name, temporary);
    }

    /// <summary>Chooses the provider. An application has one of these lines.</summary>
    public void Use(ImageStorageBuilder store) => Use(store, _name);

    /// <summary>Can a store be called so? One without a scheme is a folder.</summary>
    public static bool IsName(string name) => SchemeOf(name) switch
    {
        null => name.Length > 0,
        "file" or "litedb" or "azure" => true,
        "hybrid" => Halves(name) is [var catalog, var content] && SchemeOf(catalog) is not null && SchemeOf(content) is not null && IsName(catalog) && IsName(content),
        _ => false,
    };

    public void Dispose()
    {
        if (_temporary is not null)
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    private static void Use(ImageStorageBuilder store, string name)
    {
        var place = name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        _ = SchemeOf(name) switch
        {
            "litedb" => store.UseLiteDb(place),
            "azure" => store.UseAzureBlob(Environment.GetEnvironmentVariable(AzureConnection) ?? throw new InvalidOperationException($"Set {AzureConnection} to the connection string of the account."), place),
            "hybrid" => store.UseHybrid(catalog => Use(catalog, Halves(name)[0]), content => Use(content, Halves(name)[1])),
            _ => store.UseFileSystem(place),
        };
    }

    // One letter in front of a colon is a drive of Windows.
    private static string? SchemeOf(string name) => name.IndexOf(':', StringComparison.Ordinal) is var colon and > 1 ? name[..colon] : null;

    private static string[] Halves(string name) => name["hybrid:".Length..].Split('+', 2);
}
