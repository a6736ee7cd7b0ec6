using System.Security.Cryptography;
using System.Text;
using ImageStorage.Providers;

namespace ImageStorage.Transactions.Tests.Running;

/// <summary>
/// The visible state of a store as text: records, payloads by their hash, listings, usage, history, and the ledger.
/// </summary>
internal static class StoreState
{
    public static async Task<string> DescribeAsync(TestProcess process, bool exactly = true)
    {
        var text = new StringBuilder();
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            text.Append(order).Append(':');
            await foreach (var info in process.Storage.EnumerateAsync(new ImageQuery { Order = order }))
            {
                text.Append(' ').Append(info.Key.Value);
                if (order == ImageOrder.KeyAscending)
                {
                    await DescribeAsync(process, info, text, exactly);
                }
            }

            text.AppendLine();
        }

        var usage = await process.Storage.GetUsageAsync();
        text.Append("usage: ").Append(usage.Count).Append(' ').Append(usage.Bytes).AppendLine();
        var page = await process.History.ListAsync(new HistoryQuery { Limit = 1000 });
        foreach (var entry in page.Items)
        {
            text.Append("history: ").Append(exactly ? entry.Id : string.Empty).Append(' ').Append(entry.At?.UtcTicks).Append(' ').Append(entry.Mode).Append(' ')
                .AppendJoin(',', entry.Keys).Append(' ').AppendJoin(',', entry.Metadata).AppendLine();
        }

        return text.Append("ledger: ").AppendJoin(',', process.Ledger.Rows).ToString();
    }

    /// <summary>Asserts that nothing of a transaction is left over.</summary>
    public static async Task AssertTidyAsync(TestProcess process, string what)
    {
        Assert.That(await process.Provider.Documents.ListAsync("transactions/"), Is.Empty, $"A journal is left: {what}");
        if (process.Provider.GetAbility<IVersionKeeper>() is { } keeper)
        {
            Assert.That(await keeper.ListRetainedAsync(), Is.Empty, $"A kept version is left: {what}");
        }

        if (process.Provider.GetAbility<IVerifiableProvider>() is { } verifiable)
        {
            await foreach (var item in verifiable.VerifyAsync())
            {
                Assert.That(item.Status, Is.EqualTo(VerificationStatus.Sound), $"{item.Name} is {item.Status} ({item.Detail}): {what}");
            }
        }
    }

    private static async Task DescribeAsync(TestProcess process, ImageInfo info, StringBuilder text, bool exactly)
    {
        await using var image = await process.Storage.GetAsync(info.Key) ?? throw new AssertionException($"{info.Key} is listed and not there.");
        var read = image.Info;
        Assert.That(read, Is.EqualTo(info), "A listing and a read disagree.");
        text.Append(" {").Append(read.Length).Append(' ').Append(read.ContentType).Append(' ').Append(read.FileName).Append(' ').AppendJoin(',', read.Tags).Append(' ').AppendJoin(',', read.Metadata)
            .Append(' ').Append(read.Sha256).Append(' ').Append(Convert.ToHexString(await SHA256.HashDataAsync(image.Content)));
        if (exactly)
        {
            text.Append(' ').Append(read.ETag).Append(' ').Append(read.CreatedAt.UtcTicks).Append(' ').Append(read.ModifiedAt.UtcTicks);
        }

        text.Append('}');
    }
}
