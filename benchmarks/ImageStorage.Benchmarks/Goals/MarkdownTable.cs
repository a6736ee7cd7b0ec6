using System.Text;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>Writes Markdown tables with aligned columns.</summary>
internal static class MarkdownTable
{
    public static void Append(StringBuilder text, string[] header, IEnumerable<string[]> lines)
    {
        string[][] all = [header, .. lines];
        var widths = Enumerable.Range(0, header.Length).Select(column => all.Max(line => line[column].Length)).ToArray();
        AppendLine(text, header, widths);
        AppendLine(text, [.. widths.Select(width => new string('-', width))], widths);
        foreach (var line in all.Skip(1))
        {
            AppendLine(text, line, widths);
        }
    }

    private static void AppendLine(StringBuilder text, string[] cells, int[] widths)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            text.Append("| ").Append(cells[i].PadRight(widths[i])).Append(' ');
        }

        text.Append("|\n");
    }
}
