using System.CommandLine;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Verifying;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>ls</c>: lists images.</summary>
internal sealed class LsCommand : StoreCommand
{
    private const long DefaultLimit = 50;

    private static readonly OrderedDictionary<string, ImageOrder> Orders = new(StringComparer.Ordinal)
    {
        ["newest"] = ImageOrder.CreatedDescending,
        ["oldest"] = ImageOrder.CreatedAscending,
        ["key"] = ImageOrder.KeyAscending,
    };

    private readonly Option<string?> _prefix = new("--prefix") { Description = "Only keys that begin with this text, such as cats/", HelpName = "P" };
    private readonly Option<string?> _tag = new("--tag") { Description = "Only images with exactly this tag", HelpName = "TAG" };
    private readonly Option<long> _limit = new("--limit") { Description = "The maximum number of images to list", HelpName = "N", CustomParser = Parsers.Count, DefaultValueFactory = _ => DefaultLimit };
    private readonly Option<ImageOrder> _order = new("--order") { Description = "The order", HelpName = string.Join('|', Orders.Keys), CustomParser = result => Parsers.Choice(result, Orders), DefaultValueFactory = _ => ImageOrder.CreatedDescending };

    public LsCommand(ToolConsole console)
        : base(console, "ls", "Lists images, the newest first.")
    {
        Options.Add(_prefix);
        Options.Add(_tag);
        Options.Add(_limit);
        Options.Add(_order);
    }

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var limit = arguments.GetValue(_limit);
        var query = new ImageQuery
        {
            Order = arguments.GetValue(_order),
            Prefix = arguments.GetValue(_prefix) is { } prefix ? KeyText.Normalize(prefix) : null,
            Tag = arguments.GetValue(_tag),
            Limit = (int)Math.Min(limit, ImageQuery.MaxLimit),
        };
        await using var store = Open(arguments);
        await using IImageListing listing = IsJson(arguments) ? new JsonListing(Console) : Console.Terminal is { } terminal ? new TableListing(terminal) : new PlainListing(Console);

        var (listed, unlisted) = (0L, 0L);
        bool more;
        do
        {
            var page = await store.Images.ListAsync(query, cancellationToken);
            var items = page.Items.Take((int)Math.Min(limit - listed, ImageQuery.MaxLimit)).ToList();
            listing.Add(items);
            listed += items.Count;
            unlisted += page.Unlisted.Count;
            foreach (var image in page.Unlisted)
            {
                Console.Error.WriteLine($"error: Cannot list '{Printable.Line(image.Name)}': {VerificationNames.Of(image.Status)}: {Printable.Line(image.Detail)}.");
            }

            more = page.ContinuationToken is not null || items.Count < page.Items.Count;
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null && listed < limit);

        await listing.CompleteAsync(listed, more, cancellationToken);
        if (unlisted == 0)
        {
            return ExitCode.Success;
        }

        Console.Error.WriteLine($"error: The list is not complete: {Quantity.Count(unlisted, "image")} cannot be read. Restore or delete these images; 'imagestorage verify' reads every byte.");
        return ExitCode.Failure;
    }
}
