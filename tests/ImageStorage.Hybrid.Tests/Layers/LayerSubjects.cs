using ImageStorage.Coordination;
using ImageStorage.Gate;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Hybrid.Tests.Layers;

/// <summary>The layer that only records, in the slot of encryption.</summary>
public abstract class RecordingSubject<THarness> : LayerConformance<THarness>
    where THarness : ProviderHarness, new()
{
    protected override void AddLayer(ImageStorageBuilder builder) => builder.AddLayer(new Layer(LayerKind.Encoding, (_, inner) => new RecordingLayer(inner)));
}

/// <summary>The cache, which must not serve what a write has replaced.</summary>
public abstract class CacheSubject<THarness> : LayerConformance<THarness>
    where THarness : ProviderHarness, new()
{
    protected override void AddLayer(ImageStorageBuilder builder) => builder.WithCache();
}

/// <summary>A layer that changes bytes: whichever way an image arrives, its plain bytes are never stored.</summary>
public abstract class MaskingSubject<THarness> : LayerConformance<THarness>
    where THarness : ProviderHarness, new()
{
    protected virtual bool PassesCopiesOn => true;

    protected override void AddLayer(ImageStorageBuilder builder) => builder.AddLayer(new Layer(LayerKind.Encoding, (_, inner) => new MaskingLayer(inner, PassesCopiesOn)));

    protected override async Task VerifyAsync(LayerWrite write)
    {
        await using var stored = await Bare.OpenReadAsync(write.Key);
        Assert.That(stored is null, Is.EqualTo(write.Image is null), $"{write.Path}: '{write.Key}'");
        if (stored is null)
        {
            return;
        }

        var bytes = new byte[write.Image!.Length];
        await stored.Content.ReadExactlyAsync(bytes);
        Assert.That(stored.Info.Encoding?.Name, Is.EqualTo(MaskingLayer.MaskName), $"{write.Path}: '{write.Key}' was stored without the layer.");
        Assert.That(Convert.ToHexString(bytes.AsSpan(0, 8)), Is.EqualTo(Convert.ToHexString([.. write.Image.Take(8).Select(plain => (byte)(plain ^ 0xFF))])), $"{write.Path}: the bytes of '{write.Key}' are not masked.");
        Assert.That((await Storage.GetInfoAsync(write.Key))!.Encoding, Is.Null, $"{write.Path}: the record of '{write.Key}' shows the encoding.");
    }
}

/// <summary>The layers that a store of this library can have, all together, with a layer of a third party around each kind.</summary>
public abstract class StackSubject<THarness> : MaskingSubject<THarness>
    where THarness : ProviderHarness, new()
{
    protected override bool PassesCopiesOn => false;

    protected override void AddLayer(ImageStorageBuilder builder)
    {
        base.AddLayer(builder.WithCache().WithResilience());
        foreach (var kind in Enum.GetValues<LayerKind>())
        {
            builder.AddLayer(Layer.Outside(kind, (_, inner) => new RecordingLayer(inner))).AddLayer(Layer.Inside(kind, (_, inner) => new RecordingLayer(inner)));
        }
    }
}

/// <summary>The layer of events, which every store has: the events tell the state of the store after each write.</summary>
public abstract class EventsSubject<THarness> : LayerConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private Listener _listener = null!;

    protected override void AddLayer(ImageStorageBuilder builder) =>
        builder.Services.AddSingleton<IStorageEventListener>(services => _listener = new Listener(services.GetRequiredService<IStorageEventSink>()));

    protected override async Task VerifyAsync(LayerWrite write)
    {
        var images = await _listener.ImagesAsync();
        var stored = await Storage.GetInfoAsync(write.Key);
        Assert.That(images.GetValueOrDefault(write.Key), Is.EqualTo(stored?.ETag), $"{write.Path}: the events of '{write.Key}' do not tell the version of the image.");
    }

    private sealed record Marker : StorageEvent
    {
        public required TaskCompletionSource Reached { get; init; }
    }

    private sealed class Listener(IStorageEventSink sink) : IStorageEventListener
    {
        private readonly Dictionary<ImageKey, ImageETag?> _images = [];

        /// <summary>Returns the versions of the images after all events so far.</summary>
        public async Task<Dictionary<ImageKey, ImageETag?>> ImagesAsync()
        {
            var marker = new Marker { At = default, Reached = new(TaskCreationOptions.RunContinuationsAsynchronously) };
            sink.Publish(marker);
            await marker.Reached.Task.WaitAsync(TimeSpan.FromMinutes(1));
            return _images;
        }

        public Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default)
        {
            switch (occurred)
            {
                case ImageSaved saved:
                    _images[saved.Info.Key] = saved.Info.ETag;
                    break;
                case ImageDeleted deleted:
                    _images.Remove(deleted.Key);
                    break;
                case Marker marker:
                    marker.Reached.SetResult();
                    break;
            }

            return Task.CompletedTask;
        }
    }
}

/// <summary>
/// The gate, which every store has. The store has requirements that the build knows, so each way of writing asks.
/// </summary>
public abstract class GateSubject<THarness> : LayerConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private static readonly KnownRequirement App = new("series.app", 3);

    protected override void AddLayer(ImageStorageBuilder builder)
    {
        builder.Services.AddKeyedSingleton(builder.Name, App);

        // A second gate at the place of the layer under test, which does not stay open: each write asks the document.
        builder.AddLayer(new Layer(LayerKind.Encoding, (_, inner) => new GateProvider(inner, [App], new LateClock())));
    }

    protected override async Task VerifyAsync(LayerWrite write)
    {
        await StoreRequirements.RequireAsync(Provider.Documents, App, default);
        await using var old = new GateProvider(new SharedProvider(Provider), [], TimeProvider.System);
        Assert.That(() => old.DeleteAsync(write.Key), Throws.TypeOf<StorageNotSupportedException>(), $"{write.Path}: '{write.Key}' can be deleted by a build that does not know what the store requires.");
    }

    /// <summary>A clock by which every view is old.</summary>
    private sealed class LateClock : TimeProvider
    {
        private long _calls;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Add(ref _calls, 60);
    }
}
