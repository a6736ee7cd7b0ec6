using ImageStorage;
using ImageStorage.AotSmoke;
using ImageStorage.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

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
            ["ImageStorage:Cache:Expiration"] = "12:00:00",
            ["ImageStorage:Cache:Memory:Eviction"] = "LeastRecentlyUsed",
            ["ImageStorage:Transactions:RecoveryInterval"] = "none",
            ["ImageStorage:Providers:Disk:Resilience:BreakerFailureRatio"] = "0.25",
            ["Misspelt:Providers:FileSystem:Path"] = Path.Join(root, "misspelt"),
            ["Misspelt:Providers:FileSystem:Durabilty"] = "Full",
        })
        .Build();
    var services = new ServiceCollection();
    services.AddImageStorage(configuration.GetSection("ImageStorage")).AddFileSystemProvider();
    services.AddImageStorage("byCode").UseFileSystem(Path.Join(root, "by-code"));
    services.AddImageStorage("fallback").UseFileSystem(Path.Join(root, "primary")).WithFallback(fallback => fallback.UseFileSystem(Path.Join(root, "fallback")));
    services.AddImageStorage("misspelt", configuration.GetSection("Misspelt")).AddFileSystemProvider();
    services.PostConfigure<CacheOptions>(Options.DefaultName, options => options.Memory.SizeLimitBytes = 1_000_000);
    await using var provider = services.BuildServiceProvider(validateScopes: true);

    var configured = provider.GetRequiredService<IImageStorage>();
    Smoke.Equal(1_000_000, configured.Capabilities.MaxPixels, "MaxPixels from configuration");
    Smoke.Equal("image/png", string.Join(", ", configured.Capabilities.ContentTypes), "content types from configuration");
    var cache = provider.GetRequiredService<IOptionsMonitor<CacheOptions>>().Get(Options.DefaultName);
    Smoke.Equal((TimeSpan.FromHours(12), 1_000_000L), (cache.Expiration, cache.Memory.SizeLimitBytes), "options of the cache from configuration and code");
    Smoke.Equal("ImageStorage(Events(Gate(Caching(Resilience(Instrumentation(FileSystem))))))", configured.ToString(), "layers from configuration");
    Smoke.Equal("ImageStorage(Events(Gate(Failover(Resilience(Instrumentation(FileSystem)), Resilience(Instrumentation(FileSystem))))))", provider.GetRequiredKeyedService<IImageStorage>("fallback").ToString(), "layers by code");
    Smoke.Throws<OptionsValidationException>(() => provider.GetRequiredKeyedService<IImageStorage>("misspelt"), "did you mean 'Durability'?");
    await Smoke.RunAsync(configured, provider.GetRequiredService<IImageProvider>());
    await Smoke.RunAsync(provider.GetRequiredKeyedService<IImageStorage>("byCode"), provider.GetRequiredKeyedService<IImageProvider>("byCode"));
    await Smoke.WriteDocumentsAsync(provider.GetRequiredService<IImageTransactions>(), provider.GetRequiredService<IImageHistory>(), provider.GetRequiredKeyedService<IImageStorage>("fallback"));
}
finally
{
    Directory.Delete(root, recursive: true);
}

Console.WriteLine("AOT smoke: ok");
return 0;
