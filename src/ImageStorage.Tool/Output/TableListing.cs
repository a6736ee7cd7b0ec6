using Spectre.Console;

namespace ImageStorage.Tool.Output;

/// <summary>Prints one table per page for a terminal, and whether there are more images.</summary>
internal sealed class TableListing(IAnsiConsole terminal) : IImageListing
{
    public void Add(IReadOnlyList<ImageInfo> images)
    {
        if (images.Count > 0)
        {
            terminal.Write(ToTable(images));
        }
    }

    public Task CompleteAsync(long count, bool more, CancellationToken cancellationToken)
    {
        var total = count == 0 ? "No images." : more ? $"{Quantity.Count(count, "image")}; there are more: raise --limit." : $"{Quantity.Count(count, "image")}.";
        terminal.WriteLine(total, new Style(Color.Grey));
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Table ToTable(IReadOnlyList<ImageInfo> images)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("Key")
            .AddColumn(new TableColumn("Type").NoWrap())
            .AddColumn(new TableColumn("Pixels").NoWrap().RightAligned())
            .AddColumn(new TableColumn("Size").NoWrap().RightAligned())
            .AddColumn(new TableColumn("Created").NoWrap());
        foreach (var info in images)
        {
            // Text, not markup: a key may hold brackets.
            table.AddRow(
                new Text(info.Key.Value) { Overflow = Overflow.Fold },
                new Text(info.ContentType),
                new Text(ImageLine.Pixels(info)),
                new Text(Quantity.Bytes(info.Length)),
                new Text(Quantity.LocalTime(info.CreatedAt)));
        }

        return table;
    }
}
