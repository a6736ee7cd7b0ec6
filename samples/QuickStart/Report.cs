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

    public static void PrintNewest(List<ImageInfo> listed)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Newest first", "Type", "Pixels", "Bytes", "SHA-256");
        foreach (var column in table.Columns.Skip(1))
        {
            // What is too wide for the terminal is taken from the keys.
            column.NoWrap();
        }

        table.Columns[2].RightAligned();
        table.Columns[3].RightAligned();
        foreach (var info in listed.Take(Shown))
        {
            table.AddRow(
                new Text(info.Key.Value) { Overflow = Overflow.Ellipsis },
                new Text(info.ContentType),
                new Text($"{info.Width} x {info.Height}"),
                new Text(info.Length.ToString("N0", CultureInfo.InvariantCulture)),
                new Text($"{info.Sha256}"[..8]));
        }

        AnsiConsole.Write(table);
        if (listed.Count > Shown)
        {
            Console.WriteLine($"  … and {listed.Count - Shown} more.");
        }
    }

    public static void PrintFailures(List<Picture> pictures, IReadOnlyList<SaveResult> results)
    {
        foreach (var (picture, result) in pictures.Zip(results).Where(pair => !pair.Second.Succeeded))
        {
            Console.WriteLine($"{(IsRefused(result) ? "Refused" : "FAILED")}: {picture.Name}: {result.Error!.Message}");
        }
    }

    /// <summary>Prints the summary.</summary>
    /// <returns>The exit code: 0 when all that was stored is listed and verified, and all that was not was refused with a reason.</returns>
    public static int Conclude(IReadOnlyList<SaveResult> results, int listed, int verified)
    {
        var stored = results.Count(result => result.Succeeded);
        var refused = results.Count(IsRefused);
        var failed = results.Count - stored - refused;
        var megabytes = results.Sum(result => result.Info?.Length ?? 0) / 1e6;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Stored {stored} images ({megabytes:0.0} MB), listed {listed}, read back and verified {verified}, refused {refused}{(failed > 0 ? $", FAILED {failed}" : string.Empty)}."));
        return listed == stored && verified == stored && failed == 0 ? 0 : 1;
    }

    private static bool IsRefused(SaveResult result) => result.Error is ImageValidationException;
}
