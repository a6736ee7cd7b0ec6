using System.Collections.Immutable;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Moq;

namespace ImageStorage.Tests.Management;

public class ImageStorageManagerTests
{
    [TestCase(null, 1_000, 1_000)]
    [TestCase(500L, 1_000, 500)]
    [TestCase(5_000L, 1_000, 1_000)]
    public void Capabilities_are_the_limits_of_options_and_provider_together(long? providerLimit, long optionsLimit, long expected)
    {
        var provider = ProviderWith(providerLimit);
        var options = new ImageStorageOptions();
        options.Validation.MaxLength = optionsLimit;
        options.Validation.AllowedContentTypes = ["image/png"];
        using var storage = new ImageStorageManager(provider.Object, options);

        Assert.That(storage.Capabilities.MaxLength, Is.EqualTo(expected));
        Assert.That(storage.Capabilities.MaxPixels, Is.EqualTo(100_000_000));
        Assert.That(storage.Capabilities.ContentTypes, Is.EqualTo(new[] { "image/png" }));
        Assert.That(storage.Capabilities.Provider, Is.EqualTo(provider.Object.Capabilities));
    }

    [Test]
    public async Task Disposing_the_store_disposes_the_provider_in_the_same_way()
    {
        var provider = ProviderWith(null);
        var storage = new ImageStorageManager(provider.Object);

        await storage.DisposeAsync();
        provider.Verify(inner => inner.DisposeAsync(), Times.Once);
        // The second call is the synchronous one.
#pragma warning disable CA1849
        storage.Dispose();
#pragma warning restore CA1849
        provider.Verify(inner => inner.Dispose(), Times.Once);
    }

    [Test]
    public void ToString_shows_the_layers()
    {
        using var storage = new ImageStorageManager(new InMemoryImageProvider());

        Assert.That(storage.ToString(), Is.EqualTo("ImageStorage(InMemory)"));
    }

    [Test, Description("Bad input is refused before any I/O.")]
    public void Bad_input_never_reaches_the_provider()
    {
        var provider = ProviderWith(100_000);
        using var storage = new ImageStorageManager(provider.Object);
        Func<Task>[] calls =
        [
            () => storage.SaveBytesAsync("a.png", "text"u8.ToArray()),
            () => storage.SaveBytesAsync("a.png", default),
            () => storage.SaveBytesAsync(default, SampleImages.Png()),
            () => storage.SaveBytesAsync("a.png", SampleImages.OfLength(100_001)),
            () => storage.SaveBytesAsync("a.png", SampleImages.PngClaiming(100_000, 100_000)),
            () => storage.SaveBytesAsync("a.png", SampleImages.Png(), new SaveOptions { ContentType = "image/gif" }),
            () => storage.SaveBytesAsync("a.png", SampleImages.Png(), new SaveOptions { FileName = "../x" }),
            () => storage.SaveBytesAsync("a.png", SampleImages.Png(), new SaveOptions { ContentLength = 5 }),
            () => storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["\n"] }),
            () => storage.UpdateAsync(default, new ImageUpdate()),
            () => storage.GetAsync(default),
            () => storage.GetInfoAsync(default),
            () => storage.DeleteAsync(default),
            () => storage.ListAsync(new ImageQuery { Prefix = "/" }),
            () => storage.ListAsync(new ImageQuery { ContinuationToken = "x" }),
        ];

        Assert.Multiple(() =>
        {
            foreach (var call in calls)
            {
                Assert.That(call, Throws.TypeOf<ImageValidationException>());
            }
        });
        provider.VerifyGet(inner => inner.Capabilities);
        Assert.That(provider.Invocations.Select(invocation => invocation.Method.Name), Has.All.StartsWith("get_").Or.EqualTo("GetAbility"));
    }

    [Test]
    public void Null_arguments_are_mistakes_of_the_caller()
    {
        using var storage = new ImageStorageManager(new InMemoryImageProvider());

        Assert.That(() => new ImageStorageManager(null!), Throws.ArgumentNullException);
        Assert.That(() => storage.SaveAsync("a.png", null!), Throws.ArgumentNullException);
        Assert.That(() => storage.UpdateAsync("a.png", null!), Throws.ArgumentNullException);
        Assert.That(() => storage.ListAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => storage.CleanupAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => storage.SaveManyAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => storage.DeleteManyAsync(null!), Throws.ArgumentNullException);
    }

    // The checked values are stored, also if the caller changes its collections afterwards.
    [Test]
    public async Task Update_passes_a_copy_of_the_collections()
    {
        var provider = ProviderWith(null);
        RecordUpdate? handed = null;
        provider.Setup(inner => inner.UpdateAsync(It.IsAny<ImageKey>(), It.IsAny<RecordUpdate>(), It.IsAny<CancellationToken>()))
            .Callback((ImageKey _, RecordUpdate update, CancellationToken _) => handed = update)
            .ReturnsAsync(ImageInfoTests.Sample);
        using var storage = new ImageStorageManager(provider.Object);
        var metadata = new Dictionary<string, string> { ["a"] = "1" };
        var tags = new List<string> { "t" };

        await storage.UpdateAsync("a.png", new ImageUpdate { Metadata = metadata, Tags = tags });
        metadata["a"] = "\0";
        tags[0] = "\0";

        Assert.That(handed!.Metadata!["a"], Is.EqualTo("1"));
        Assert.That(handed.Tags, Is.EqualTo(new[] { "t" }));
        Assert.That(handed.FileName, Is.Null);
        await storage.UpdateAsync("a.png", new ImageUpdate());
        Assert.That((handed.Metadata, handed.Tags), Is.EqualTo((default(IReadOnlyDictionary<string, string>), default(IReadOnlyCollection<string>))));
    }

    private static Mock<IImageProvider> ProviderWith(long? maxContentLength)
    {
        var provider = new Mock<IImageProvider>();
        provider.Setup(inner => inner.Capabilities).Returns(new ProviderCapabilities { MaxContentLength = maxContentLength, MaxMetadataBytes = 4_096, NativeOrders = ImmutableArray<ImageOrder>.Empty, RangeRead = true, MultiProcess = false, Durable = false });
        return provider;
    }
}
