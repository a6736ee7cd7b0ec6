using ImageStorage.Providers;

namespace ImageStorage.Tests.Failover;

/// <summary>A look at the fallback while a hint is being written finds nothing yet; its result must not count once the write is acknowledged.</summary>
internal sealed class EarlyLookTests
{
    [Test]
    public async Task Look_before_a_hint_is_written_does_not_hide_it()
    {
        await using var pair = new Pair();
        await pair.BytesAsync("other.png");
        pair.Primary.Fault = call => call.Operation == ProviderOperation.Put ? pair.Primary.Failure() : null;
        var looks = 0;
        pair.Fallback.Fault = call =>
        {
            // The first document that a save writes is its hint.
            if (call is { HasTakenEffect: false, Operation: ProviderOperation.PutDocument } && looks++ == 0)
            {
                Assert.That(pair.Storage.GetBytesAsync("other.png").GetAwaiter().GetResult(), Is.Null);
            }

            return null;
        };

        await pair.SaveAsync("a.png", 1);

        Assert.That(looks, Is.GreaterThan(0), "The look took place.");
        Assert.That(await pair.BytesAsync("a.png"), Is.EqualTo(Pair.Hex(1)));
    }
}
