using ImageStorage;
using Microsoft.Extensions.DependencyInjection;

namespace QuickStart;

/// <summary>The store of the sample: a store that you name, which stays, or a temporary folder, which is removed at the end.</summary>
internal sealed class StorePlace : IDisposable
{
    public const string Syntax = "a folder, file:FOLDER, litedb:FILE, or hybrid:STORE+STORE such as hybrid:litedb:data/catalog.db+file:data/content";

    private readonly string _name;
    private readonly string? _temporary;

    private StorePlace(string name, string? temporary) => (_name, _temporary) = (name, temporary);

    public string Description => _temporary is null
        ? $"The store is {_name}; look into it with: dotnet run --project src/ImageStorage.Tool -- ls --store \"{_name}\""
        : "The store was in a temporary folder and is removed now; keep one with --store, such as --store file:FOLDER.";

    public static StorePlace For(string? name)
    {
        var temporary = name is null ? Directory.CreateTempSubdirectory("imagestorage-").FullName : null;
        name ??= temporary!;
        return new StorePlace(SchemeOf(name) is null ? $"file:{name}" : name, temporary);
    }

    /// <summary>Sets the provider. An application has one of these lines.</summary>
    public void Use(ImageStorageBuilder store) => Use(store, _name);

    /// <summary>Returns the reason why a text does not name a store of this sample; null for a valid name.</summary>
    public static string? WhyNot(string name) => SchemeOf(name) switch
    {
        _ when PlaceOf(name).Length == 0 => $"'{name}' names no location.",
        null or "file" or "litedb" => null,
        "hybrid" => Parts(name) is [var catalog, var content] && SchemeOf(catalog) is not null && SchemeOf(content) is not null
            ? WhyNot(catalog) ?? WhyNot(content)
            : $"'{name}' does not name two stores with a plus sign between them.",
        "azure" => "This sample shows stores on a disk. Azure Blob Storage: docs/guide/azure-blob.md, or the command line tool (docs/guide/tool.md).",
        var scheme => $"'{scheme}' is not a kind of store of this sample.",
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
        _ = SchemeOf(name) switch
        {
            "litedb" => store.UseLiteDb(PlaceOf(name)),
            "hybrid" => store.UseHybrid(catalog => Use(catalog, Parts(name)[0]), content => Use(content, Parts(name)[1])),
            _ => store.UseFileSystem(PlaceOf(name)),
        };
    }

    // One letter before a colon is a drive of Windows.
    private static string? SchemeOf(string name) => name.IndexOf(':', StringComparison.Ordinal) is var colon and > 1 ? name[..colon] : null;

    private static string PlaceOf(string name) => SchemeOf(name) is { } scheme ? name[(scheme.Length + 1)..] : name;

    private static string[] Parts(string name) => PlaceOf(name).Split('+', 2);
}
