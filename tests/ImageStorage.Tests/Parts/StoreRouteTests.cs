using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tests.Parts;

/// <summary>The routes below the cache and below the encoding of a store.</summary>
internal sealed class StoreRouteTests
{
    private const int Count = 400;
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("imagestorage-route-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Decoded_route_reads_the_images_and_touches_no_tier_of_the_cache([Values] bool isMirror)
    {
        var services = new ServiceCollection();
        services.AddDistributedMemoryCache();
        var store = services.AddImageStorage().UseInMemory().WithCache(cache =>
        {
            (cache.Memory.SizeLimitBytes, cache.Disk.Path, cache.Disk.SizeLimitBytes, cache.Distributed.Enabled) = (256 << 10, _folder, 1 << 20, true);
        });
        _ = isMirror ? store.WithMirror(mirror => mirror.UseInMemory()) : store;
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        var saved = Enumerable.Range(0, Count).ToDictionary(index => new ImageKey($"{index:000}.png"), index => SampleImages.OfLength(10_000 + index));
        foreach (var (key, bytes) in saved)
        {
            await images.SaveBytesAsync(key, bytes);
        }

        await images.GetBytesAsync("000.png");
        var cache = container.GetRequiredService<IImageCache>();
        var (before, entries) = (cache.GetStatistics(), Entries());

        var route = container.GetRequiredService<IStoreRoute>().Decoded;
        var walked = 0;
        await foreach (var image in WalkExtensions.WalkAsync(route))
        {
            await using var opened = await route.OpenReadAsync(image.Key!.Value);
            using var content = new MemoryStream();
            await opened!.Content.CopyToAsync(content);
            Assert.That(content.ToArray(), Is.EqualTo(saved[image.Key!.Value]).AsCollection);
            walked++;
        }

        Assert.That(walked, Is.EqualTo(Count));
        Assert.That(cache.GetStatistics(), Is.EqualTo(before));
        Assert.That(Entries(), Is.EqualTo(entries).AsCollection);
    }

    [Test]
    public async Task Stored_route_returns_the_encoded_bytes_and_the_decoded_route_the_image()
    {
        await using var store = await ImageStore.OpenAsync(builder => builder.UseInMemory().WithCache().WithFallback(fallback => fallback.UseInMemory())
            .AddLayer(new Layer(LayerKind.Encoding, (_, inner) => new InvertingLayer(inner))));
        var image = SampleImages.Png();
        await store.Images.SaveBytesAsync("a.png", image);
        var route = store.GetRequiredService<IStoreRoute>();

        Assert.That(await ReadAsync(route.Decoded), Is.EqualTo(image).AsCollection);
        Assert.That(await ReadAsync(route.Stored), Is.EqualTo(image.Select(value => (byte)~value)).AsCollection);
        Assert.That(route.Decoded.ToString(), Does.StartWith("InvertingLayer(Failover("));
        Assert.That(route.Stored.ToString(), Does.StartWith("Failover("));
    }

    // Layers of the application beside the cache and the encoding are on the side that their position says.
    [Test]
    public async Task Routes_begin_directly_inside_of_the_cache_and_the_encoding([Values] bool hasKinds)
    {
        var services = new ServiceCollection();
        var builder = services.AddImageStorage().UseInMemory();
        foreach (var kind in (LayerKind[])[LayerKind.Caching, LayerKind.Encoding])
        {
            builder.AddLayer(Layer.Outside(kind, (_, inner) => new Named($"Outside{kind}", inner))).AddLayer(Layer.Inside(kind, (_, inner) => new Named($"Inside{kind}", inner)));
        }

        if (hasKinds)
        {
            builder.WithCache().AddLayer(new Layer(LayerKind.Encoding, (_, inner) => new Named("Encoding", inner)));
        }

        await using var container = services.BuildServiceProvider();
        var route = container.GetRequiredService<IStoreRoute>();

        var stored = "InsideEncoding(Instrumentation(InMemory))";
        Assert.That(route.Stored.ToString(), Is.EqualTo(stored));
        Assert.That(route.Decoded.ToString(), Is.EqualTo($"InsideCaching(OutsideEncoding({(hasKinds ? $"Encoding({stored})" : stored)}))"));
        Assert.That(container.GetRequiredService<IStoreParts>().Parts.Single().Provider, Is.SameAs(route.Stored));
    }

    [Test]
    public async Task Stores_of_one_container_have_their_own_routes_and_a_second_container_has_others()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        services.AddImageStorage("avatars").UseInMemory();
        await using var one = services.BuildServiceProvider();
        await using var other = services.BuildServiceProvider();

        IImageProvider[] routes =
        [
            .. new[] { one, other }.SelectMany(container => new[] { string.Empty, "avatars" }.Select(name => container.GetRequiredKeyedService<IStoreRoute>(name).Decoded)),
        ];

        Assert.That(routes, Is.Unique);
        Assert.That(one.GetRequiredService<IStoreRoute>().Decoded, Is.SameAs(routes[0]));
        await one.GetRequiredService<IImageStorage>().SaveBytesAsync("a.png", SampleImages.Png());
        Assert.That(await Task.WhenAll(routes.Select(route => route.GetInfoAsync(new ImageKey("a.png")))), Is.EqualTo(new object?[] { await routes[0].GetInfoAsync(new ImageKey("a.png")), null, null, null }));
    }

    private string[] Entries() => [.. Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static async Task<byte[]> ReadAsync(IImageProvider route)
    {
        await using var opened = await route.OpenReadAsync(new ImageKey("a.png"));
        using var content = new MemoryStream();
        await opened!.Content.CopyToAsync(content);
        return content.ToArray();
    }

    private sealed class Named(string name, IImageProvider inner) : DelegatingImageProvider(inner)
    {
        public override string ToString() => $"{name}({Inner})";
    }

    /// <summary>Stores each byte inverted.</summary>
    private sealed class InvertingLayer(IImageProvider inner) : WriteLayer(inner)
    {
        protected override bool ChangesBytes => true;

        protected override async Task<StoredImage?> OpenDecodedAsync(IImageProvider provider, ImageKey key, GetOptions? options, CancellationToken cancellationToken)
        {
            await using var stored = await provider.OpenReadAsync(key, options, cancellationToken);
            using var content = new MemoryStream();
            await stored!.Content.CopyToAsync(content, cancellationToken);
            return new StoredImage(DecodeRecord(stored.Info), new MemoryStream(Invert(content.ToArray())), stored.Range);
        }

        protected override ImageInfo DecodeRecord(ImageInfo stored) => stored with { Encoding = null };

        protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken) =>
            new(request with { Content = new Inverted(request.Content), Encoding = "inverted" });

        private static byte[] Invert(ReadOnlySpan<byte> bytes)
        {
            var inverted = bytes.ToArray();
            for (var index = 0; index < inverted.Length; index++)
            {
                inverted[index] ^= 0xFF;
            }

            return inverted;
        }

        private sealed class Inverted(ImageContent image) : DelegatingImageContent(image)
        {
            public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default) => Invert((await base.ReadAsync(cancellationToken)).Span);
        }
    }
}
