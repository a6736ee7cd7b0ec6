using ImageStorage;
using ImageStorage.AotSmoke;
using ImageStorage.FileSystem;
using ImageStorage.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

// What an application does with a store, in a program that was compiled ahead of time: whatever needs reflection or code
// made at run time fails here, and the publish itself fails on any trim or AOT warning.
var root = Directory.CreateTempSubdirectory("imagestorage-aot-").FullName;
try
{
    var configuration = new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ImageStorage:Primary"] = "Disk",
            ["ImageStorage:Providers:Disk:Type"] = "FileSystem",
            ["ImageStorage:Providers:Disk:Path"] = Path.Join(root, "configured"),
            ["ImageStorage:Providers:Disk:Durability"] = "Relaxed",
            ["ImageStorage:Identity"] = "Sha256",
            ["ImageStorage:Validation:MaxPixels"] = "1000000",
            ["ImageStorage:Validation:AllowedContentTypes:0"] = "image/png",
        })
        .Build();
    var services = new ServiceCollection();
    services.AddImageStorage(configuration.GetSection("ImageStorage")).AddFileSystemProvider();
    services.AddImageStorage("byCode").UseFileSystem(Path.Join(root, "by-code"));
    await using var provider = services.BuildServiceProvider(validateScopes: true);

    var configured = provider.GetRequiredService<IImageStorage>();
    Smoke.Equal(1_000_000, configured.Capabilities.MaxPixels, "MaxPixels from configuration");
    Smoke.Equal("image/png", string.Join(", ", configured.Capabilities.ContentTypes), "content types from configuration");
    await Smoke.RunAsync(configured, provider.GetRequiredService<IImageProvider>());
    await Smoke.RunAsync(provider.GetRequiredKeyedService<IImageStorage>("byCode"), provider.GetRequiredKeyedService<IImageProvider>("byCode"));
}
finally
{
    Directory.Delete(root, recursive: true);
}

Console.WriteLine("AOT smoke: ok");
return 0;
