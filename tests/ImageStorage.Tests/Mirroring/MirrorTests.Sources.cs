using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Mirroring;

/// <summary>Sources of a save, which are read once if they do not seek.</summary>
internal sealed partial class MirrorTests
{
    [Test]
    public async Task Source_that_does_not_seek_goes_to_the_mirror_when_the_primary_fails_at_the_end_and_is_copied_when_it_does_not([Values] bool fails)
    {
        await _pair.SaveAsync("warm", 1);
        _pair.Primary.Medium.Fault = call => fails && call is { Operation: ProviderOperation.Put, HasTakenEffect: true } ? _pair.Primary.Medium.Failure() : null;
        var image = SampleImages.OfLength(700_000, 5);
        await using var source = new SourceStream(image);

        await _pair.Storage.SaveAsync("a", source);

        Assert.That((await _pair.Storage.GetBytesAsync("a"))!.AsSpan().SequenceEqual(image), Is.True);
        _pair.Primary.Medium.ComeBack();
        await _pair.Provider.ReconcileAsync();
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Source_over_the_spool_limit_is_copied_from_the_primary_and_fails_with_it()
    {
        await _pair.SaveAsync("warm", 1);
        _pair.Options.SpoolLimit = 1000;
        var image = SampleImages.OfLength(700_000, 5);
        await using (var source = new SourceStream(image))
        {
            await _pair.Storage.SaveAsync("a", source);
        }

        await _pair.AssertEqualAsync();
        _pair.Primary.Medium.Fault = call => call is { Operation: ProviderOperation.Put, HasTakenEffect: true } ? _pair.Primary.Medium.Failure() : null;
        await using var second = new SourceStream(image);
        var failure = await Pair.UnavailableAsync(() => _pair.Storage.SaveAsync("a", second));
        Assert.That(failure.Message, Does.Contain("SpoolLimit"));
    }

    [Test]
    public async Task Callback_before_the_commit_that_fails_leaves_no_hint_and_asks_no_other_replica()
    {
        await _pair.SaveAsync("a", 1);
        var failure = new InvalidOperationException("No.");
        var request = new PutRequest
        {
            Key = "a",
            Content = new MemoryContent("a", SampleImages.OfLength(300, 5), null, 1000, ContentIdentity.Sha256),
            ContentType = "image/png",
            Width = 1,
            Height = 1,
            BeforeCommit = (_, _) => throw failure,
        };

        Assert.That(() => _pair.Provider.PutAsync(request), Throws.Exception.SameAs(failure));

        await _pair.AssertEqualAsync();
        Assert.That((await _pair.Provider.GetStatusAsync()).State, Is.EqualTo(FailoverState.Healthy));
    }

    [Test]
    public async Task Source_that_fails_leaves_no_hint_and_asks_no_other_replica()
    {
        await _pair.SaveAsync("a", 1);
        await using var source = new SourceStream(SampleImages.OfLength(700_000, 5)) { HappensAt = 400_000, Happens = () => throw new IOException("gone") };

        Assert.That(() => _pair.Storage.SaveAsync("a", source), Throws.TypeOf<ImageSourceException>());

        await _pair.AssertEqualAsync();
        Assert.That((await _pair.Provider.GetStatusAsync()).State, Is.EqualTo(FailoverState.Healthy));
    }
}
