using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <content>The moment before the commit: a request that contradicts its bytes, and <see cref="PutRequest.BeforeCommit"/>.</content>
public abstract partial class FailureConformance<THarness>
{
    // Every pair of values: no fault depends on three of them.
    [Test, Pairwise, Description("P2: a record with a wrong length could never be read again.")]
    public async Task Content_that_states_another_length_than_it_has_is_refused_and_changes_nothing(
        [Values(New, Old)] string key, [Values(400, 131_072, 700_000)] int length, [Values(-1, 1)] int difference, [Values(null, "brotli")] string? encoding, [Values] bool atEnd)
    {
        var bytes = Image(3, length);
        ImageContent inner = encoding is null ? new PieceContent(bytes, 65_536) : new EncodedContent(bytes, PieceContent.DigestOf(Image(4, 900_000)));
        var content = new StatedContent(inner, atEnd ? null : length + difference, length + difference);

        var failure = await AssertRefusedAsync<ImageValidationException>(key, () => Provider.PutAsync(PutOf(key, bytes, content) with { Encoding = encoding }));

        Assert.That(failure.Kind, Is.EqualTo(ImageValidationKind.LengthMismatch));
        Assert.That(failure.Message, Does.Contain($"{length + difference} bytes").And.Contain($"{length}").And.Contain(encoding ?? "content"));
        await AssertSoundAsync(Provider);
    }

    [TestCase(New)]
    [TestCase(Old)]
    public async Task Content_whose_digest_describes_another_length_is_refused_and_changes_nothing(string key)
    {
        var bytes = Image(3, 700);

        var failure = await AssertRefusedAsync<ImageValidationException>(key, () => Provider.PutAsync(PutOf(key, bytes, new EncodedContent(bytes, PieceContent.DigestOf(Image(4, 900))))));

        Assert.That(failure.Kind, Is.EqualTo(ImageValidationKind.LengthMismatch));
        await AssertSoundAsync(Provider);
    }

    [Test]
    public async Task Callback_before_the_commit_sees_the_record_after_the_last_byte_and_before_any_reader([Values(New, Old)] string key, [Values(400, 700_000)] int length)
    {
        var bytes = Image(3, length);
        var old = await Storage.GetInfoAsync(key);
        var content = new StatedContent(new PieceContent(bytes, 65_536), length, length);
        var told = new List<(ImageInfo Record, bool HasEnded, ImageInfo? Seen)>();
        async ValueTask SeeAsync(ImageInfo record, CancellationToken cancellationToken) =>
            told.Add((record, content.HasEnded, await Provider.GetInfoAsync(key, cancellationToken)));

        var info = await Provider.PutAsync(PutOf(key, bytes, content) with { BeforeCommit = SeeAsync, Tags = ["t"] });

        Assert.That(told, Has.Count.EqualTo(1), "A save that succeeds calls the callback once.");
        Assert.That(told[0].Record with { CreatedAt = info.CreatedAt, ModifiedAt = info.ModifiedAt }, Is.EqualTo(info));
        Assert.That((told[0].HasEnded, told[0].Seen), Is.EqualTo((true, old)));
        await AssertHoldsAsync(key, bytes);
    }

    [Test]
    public async Task Callback_before_the_commit_that_fails_is_the_failure_and_changes_nothing([Values(New, Old)] string key, [Values(400, 700_000)] int length)
    {
        var bytes = Image(3, length);
        foreach (var failure in new Exception[] { new InvalidOperationException("No."), new IOException("No."), new ImageSourceException("No.") { Key = key } })
        {
            var before = await StoreSnapshot.TakeAsync(Storage);

            var caught = await CaughtAsync(() => Provider.PutAsync(PutOf(key, bytes) with { BeforeCommit = (_, _) => throw failure }));

            Assert.That(caught, Is.SameAs(failure));
            await before.AssertUnchangedAsync(Storage);
            await AssertSoundAsync(Provider);
        }

        await Provider.PutAsync(PutOf(key, bytes) with { BeforeCommit = (_, _) => default });
        await AssertHoldsAsync(key, bytes);
    }

    [TestCase(New)]
    [TestCase(Old)]
    public async Task Save_cancelled_in_the_callback_before_the_commit_changes_nothing(string key)
    {
        using var cancellation = new CancellationTokenSource();
        var before = await StoreSnapshot.TakeAsync(Storage);
        async ValueTask CancelAsync(ImageInfo record, CancellationToken cancellationToken) => await cancellation.CancelAsync();

        var caught = await CaughtAsync(() => Provider.PutAsync(PutOf(key, Image(3)) with { BeforeCommit = CancelAsync }, cancellation.Token));

        Assert.That(caught, Is.InstanceOf<OperationCanceledException>());
        await before.AssertUnchangedAsync(Storage);
        await AssertSoundAsync(Provider);
    }
}
