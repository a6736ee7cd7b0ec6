using ImageStorage.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Samples.Tests.Snippets.CustomProvider;

/// <summary>The code of docs/design/write-a-provider.md, beside the conformance suite of the provider.</summary>
internal sealed class WriteAProviderSnippets
{
    [Test]
    public async Task Provider_serves_a_store_by_code()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseDictionary(options => options.Capacity = 1000).WithCache();
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();

        await images.SaveBytesAsync("a", SampleImages.Png());

        Assert.That(await images.GetBytesAsync("a"), Is.EqualTo(SampleImages.Png()));
        Assert.That(() => images.SaveBytesAsync("b", SampleImages.OfLength(2000)), Throws.InstanceOf<StorageFullException>());
    }

    [Test]
    public async Task Provider_serves_a_store_by_configuration_and_refuses_what_is_wrong()
    {
        await using var container = Configured("5000");
        await using var wrong = Configured("0");

        Assert.That(container.GetRequiredService<IImageStorage>().ToString(), Does.Contain("Dictionary"));
        Assert.That(wrong.GetRequiredService<IImageStorage>, Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Dictionary.Capacity is 0"));
    }

    private static ServiceProvider Configured(string capacity)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ImageStorage:Providers:Dictionary:Capacity"] = capacity,
        }).Build();
        var services = new ServiceCollection();
        services.AddImageStorage(configuration.GetSection("ImageStorage")).AddDictionaryProvider();
        return services.BuildServiceProvider();
    }
}
