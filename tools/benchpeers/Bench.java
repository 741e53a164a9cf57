import io.xlate.edi.schema.Schema;
import io.xlate.edi.schema.SchemaFactory;
import io.xlate.edi.stream.EDIInputFactory;
import io.xlate.edi.stream.EDIStreamEvent;
import io.xlate.edi.stream.EDIStreamReader;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;

/**
 * Reads a file with StAEDI and prints, for each pass, seconds, seconds of processor and orders.
 * Arguments: the schema of the set, or - to check envelopes only; the number of passes; the file.
 */
public class Bench {
	public static void main(String[] args) throws Exception {
		Schema schema = null;
		if (!args[0].equals("-")) {
			try (InputStream in = new FileInputStream(args[0])) {
				schema = SchemaFactory.newFactory().createSchema(in);
			}
		}
		for (int pass = 0; pass < Integer.parseInt(args[1]); pass++) {
			long from = System.nanoTime();
			long busy = processor();
			int orders = read(args[2], schema);
			System.out.printf(java.util.Locale.ROOT, "%.6f %.6f %d%n", (System.nanoTime() - from) / 1e9, (processor() - busy) / 1e9, orders);
		}
	}

	private static long processor() {
		return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
	}

	private static int read(String file, Schema schema) throws Exception {
		int orders = 0;
		long elements = 0;
		try (InputStream in = new BufferedInputStream(new FileInputStream(file), 1 << 16)) {
			EDIStreamReader r = EDIInputFactory.newFactory().createEDIStreamReader(in);
			while (r.hasNext()) {
				switch (r.next()) {
				case START_TRANSACTION:
					orders++;
					if (schema != null) {
						r.setTransactionSchema(schema);
					}
					break;
				case ELEMENT_DATA:
					elements++;
					break;
				case SEGMENT_ERROR:
				case ELEMENT_DATA_ERROR:
				case ELEMENT_OCCURRENCE_ERROR:
					throw new IllegalStateException(r.getErrorType() + " at " + r.getLocation());
				default:
				}
			}
		}
		if (elements < 300L * orders) {
			throw new IllegalStateException("not all elements were seen");
		}
		return orders;
	}
}
