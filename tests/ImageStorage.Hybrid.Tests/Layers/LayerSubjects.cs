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
    protected override void AddLayer(ImageStorageBuilder builder) => builder.AddLayer(new Layer(LayerKind.Encoding, (_, inner) => new MaskingLayer(inner)));

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
    protected override void AddLayer(ImageStorageBuilder builder)
    {
        base.AddLayer(builder.WithCache().WithResilience());
        foreach (var kind in Enum.GetValues<LayerKind>())
        {
            builder.AddLayer(Layer.Outside(kind, (_, inner) => new RecordingLayer(inner))).AddLayer(Layer.Inside(kind, (_, inner) => new RecordingLayer(inner)));
        }
    }
}
