namespace ImageStorage.Unicode;

/// <summary>
/// Checks Unicode normalization form C (Unicode Standard Annex #15), with the same result in every globalization mode
/// and on every system. <see cref="string.IsNormalized()"/> returns true for every text in the globalization-invariant
/// mode, and depends on the version of ICU otherwise. Characters that Unicode 16 does not assign count as normalized.
/// </summary>
internal static class NormalizationFormC
{
    // No character below this value combines with another character or is replaced.
    private const int FirstOfInterest = 0x300;

    // Hangul syllables and their parts (Unicode Standard, 3.12).
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 28;
    private const int HangulCount = LeadCount * VowelCount * TailCount;

    // A character has at most four parts.
    private const int MaxParts = 4;

    private static readonly Dictionary<(int First, int Second), int> Composites = ReadComposites();

    /// <summary>Returns whether text without lone surrogates is in form C.</summary>
    public static bool IsNormalized(ReadOnlySpan<char> text)
    {
        var lastClass = 0;
        var mayCompose = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var character = rune.Value;
            if (character < FirstOfInterest)
            {
                lastClass = 0;
                continue;
            }

            var combiningClass = ClassOf(character);
            if (IsIn(NormalizationData.Excluded, character) || (combiningClass != 0 && lastClass > combiningClass))
            {
                return false;
            }

            lastClass = combiningClass;
            mayCompose |= combiningClass != 0 || IsIn(NormalizationData.Combining, character);
        }

        return !mayCompose || IsComposed(text);
    }

    /// <summary>Decomposes and recomposes the text. Text in form C is unchanged.</summary>
    private static bool IsComposed(ReadOnlySpan<char> text)
    {
        var characters = new List<int>(text.Length * 2);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, characters);
        }

        Reorder(characters);
        Compose(characters);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (at == characters.Count || characters[at++] != rune.Value)
            {
                return false;
            }
        }

        return at == characters.Count;
    }

    private static void Decompose(int character, List<int> target)
    {
        if (character - HangulBase is >= 0 and < HangulCount and var syllable)
        {
            target.Add(LeadBase + (syllable / (VowelCount * TailCount)));
            target.Add(VowelBase + (syllable % (VowelCount * TailCount) / TailCount));
            if (syllable % TailCount is > 0 and var tail)
            {
                target.Add(TailBase + tail);
            }

            return;
        }

        // The last part is removed first.
        Span<int> parts = stackalloc int[MaxParts];
        var count = 0;
        while (TrySplit(character, out var first, out var second))
        {
            parts[count++] = second;
            character = first;
        }

        target.Add(character);
        while (count > 0)
        {
            // The second part of some composites is a composite itself.
            Decompose(parts[--count], target);
        }
    }

    private static bool TrySplit(int composite, out int first, out int second)
    {
        var (low, high) = (0, (NormalizationData.Compositions.Length / 3) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var found = NormalizationData.Compositions[3 * middle];
            if (found == composite)
            {
                (first, second) = (NormalizationData.Compositions[(3 * middle) + 1], NormalizationData.Compositions[(3 * middle) + 2]);
                return true;
            }

            (low, high) = found < composite ? (middle + 1, high) : (low, middle - 1);
        }

        (first, second) = (0, 0);
        return false;
    }

    /// <summary>
    /// Sorts the marks after each starter by their classes. Marks of the same class keep their order.
    /// </summary>
    private static void Reorder(List<int> characters)
    {
        for (var i = 1; i < characters.Count; i++)
        {
            var character = characters[i];
            var combiningClass = ClassOf(character);
            var at = i;
            while (combiningClass != 0 && at > 0 && ClassOf(characters[at - 1]) > combiningClass)
            {
                characters[at] = characters[at - 1];
                at--;
            }

            characters[at] = character;
        }
    }

    /// <summary>
    /// Combines each character with the last starter, unless a character of the same or a higher class is between them.
    /// </summary>
    private static void Compose(List<int> characters)
    {
        var (starter, length, lastClass) = (-1, 0, 0);
        for (var at = 0; at < characters.Count; at++)
        {
            var character = characters[at];
            var combiningClass = ClassOf(character);
            var isAdjacent = starter >= 0 && length == starter + 1;
            if (starter >= 0 && (isAdjacent || lastClass < combiningClass) && TryCombine(characters[starter], character, out var composite))
            {
                characters[starter] = composite;
                continue;
            }

            (starter, lastClass) = combiningClass == 0 ? (length, 0) : (starter, combiningClass);
            characters[length++] = character;
        }

        characters.RemoveRange(length, characters.Count - length);
    }

    private static bool TryCombine(int first, int second, out int composite)
    {
        if (first - LeadBase is >= 0 and < LeadCount and var lead && second - VowelBase is >= 0 and < VowelCount and var vowel)
        {
            composite = HangulBase + (((lead * VowelCount) + vowel) * TailCount);
            return true;
        }

        if (first - HangulBase is >= 0 and < HangulCount and var syllable && syllable % TailCount == 0 && second - TailBase is > 0 and < TailCount and var tail)
        {
            composite = first + tail;
            return true;
        }

        return Composites.TryGetValue((first, second), out composite);
    }

    private static int ClassOf(int character)
    {
        var runs = NormalizationData.CombiningClasses;
        var run = character < FirstOfInterest ? -1 : FindRun(runs, character, 3);
        return run < 0 ? 0 : runs[run + 2];
    }

    private static bool IsIn(ReadOnlySpan<int> runs, int character) => FindRun(runs, character, 2) >= 0;

    /// <summary>Returns the index of the run with the character in a table of runs, or -1.</summary>
    private static int FindRun(ReadOnlySpan<int> runs, int character, int width)
    {
        var (low, high) = (0, (runs.Length / width) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var at = width * middle;
            if (character >= runs[at] && character <= runs[at + 1])
            {
                return at;
            }

            (low, high) = runs[at] < character ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private static Dictionary<(int First, int Second), int> ReadComposites()
    {
        var table = NormalizationData.Compositions;
        var composites = new Dictionary<(int First, int Second), int>(table.Length / 3);
        for (var at = 0; at < table.Length; at += 3)
        {
            composites.Add((table[at + 1], table[at + 2]), table[at]);
        }

        return composites;
    }
}
