using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Configuration.Tests;

/// <summary>Stores by configuration that know every type of provider.</summary>
internal static class Store
{
    public const string Name = "avatars";
    public const string Root = "ImageStorage:Avatars";

    public static ServiceProvider Build(IEnumerable<KeyValuePair<string, string?>> settings, Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddMemoryCache().AddDistributedMemoryCache();
        services.AddImageStorage(Name, Section(settings)).AddAllTypes();
        configure?.Invoke(services);
        return services.BuildServiceProvider();
    }

    public static IConfigurationSection Section(IEnumerable<KeyValuePair<string, string?>> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{Root}:{setting.Key}", setting.Value))).Build().GetSection(Root);

    public static ImageStorageBuilder AddAllTypes(this ImageStorageBuilder builder) =>
        builder.AddInMemoryProvider().AddFileSystemProvider().AddLiteDbProvider().AddAzureBlobProvider().AddHybridProvider();

    /// <summary>The failures of a start; null when the store starts. Without a host the first use gives the same.</summary>
    public static string? FailuresOf(IServiceProvider services)
    {
        var start = Catch(services.GetRequiredService<IStartupValidator>().Validate);
        var use = Catch(() => services.GetRequiredKeyedService<IImageStorage>(Name));
        Assert.That(use, Is.EqualTo(start), "The first use says the same as the start.");
        return start;
    }

    private static string? Catch(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (OptionsValidationException exception)
        {
            return exception.Message;
        }
    }
}
