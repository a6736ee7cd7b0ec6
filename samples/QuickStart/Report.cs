using System.Globalization;
using ImageStorage;
using ImageStorage.Batch;
using ImageStorage.Errors;
using Spectre.Console;

namespace QuickStart;

/// <summary>What the sample prints.</summary>
internal static class Report
{
    private const int Shown = 10;

    public static void Print(List<ImageInfo> listed, IReadOnlyList<SaveResult> results)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Newest first", "Type", "Pixels", "Bytes", "SHA-256");
        foreach (var info in listed.Take(Shown))
        {
            table.AddRow(
                new Text(info.Key.Value),
                new Text(info.ContentType),
                new Text($"{info.Width} x {info.Height}"),
                new Text(info.Length.ToString("N0", CultureInfo.InvariantCulture)).RightJustified(),
                new Text(info.Sha256?.ToString()[..12] ?? string.Empty));
        }

        AnsiConsole.Write(table);
        if (listed.Count > Shown)
        {
            Console.WriteLine($"… and {listed.Count - Shown} more.");
        }

        foreach (var result in results.Where(result => !result.Succeeded))
        {
            Console.WriteLine($"{(result.Error is ImageValidationException ? "Refused" : "FAILED")}: {result.Key}: {result.Error!.Message}");
        }
    }

    public static string Summary(IEnumerable<ImageInfo> stored, int listed, int verified, int refused)
    {
        var images = stored.ToList();
        var megabytes = images.Sum(info => info.Length) / 1e6;
        return string.Create(CultureInfo.InvariantCulture, $"Stored {images.Count} images ({megabytes:0.0} MB), listed {listed}, read back and verified {verified}, refused {refused}.");
    }
}
